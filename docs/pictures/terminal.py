"""Run a program in a pseudo-terminal, answer what it asks, and draw its screen as SVG."""

from __future__ import annotations

import re
from html import escape
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS, ROWS = 100, 200
TIME_LIMIT = 60
# How rich ends a question.
PROMPT = "\x1b\\[0m: "

# A cell of the screen, the letters in it and the margin around the screen, in pixels.
CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 19, 14, 16
FONTS = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
BACKGROUND = "#0d1117"
# pyte gives the colours that a terminal may choose itself by name, and the others as hexadecimal digits.
COLOURS = {
    "default": "#c9d1d9",
    "black": "#6e7681",
    "red": "#ff7b72",
    "green": "#3fb950",
    "brown": "#d29922",
    "blue": "#58a6ff",
    "magenta": "#bc8cff",
    "cyan": "#39c5cf",
    "white": "#f0f6fc",
}


def run(command: list[str], answers: dict[int, str], *, cwd: str, env: dict[str, str]) -> str:
    """Run a command to its end and return all that it wrote to its terminal.

    `answers` holds what to type by the number of cookiecutter's question; the others get Enter. Raises
    RuntimeError with the output when the command fails or hangs.
    """
    output = StringIO()
    child = pexpect.spawn(
        command[0],
        command[1:],
        cwd=cwd,
        env=env,
        dimensions=(ROWS, COLUMNS),
        encoding="utf-8",
        timeout=TIME_LIMIT,
    )
    child.logfile_read = output
    try:
        while child.expect([PROMPT, pexpect.EOF]) == 0:
            number = re.findall(r"\[(\d+)/\d+\]", child.before)[-1]
            child.sendline(answers.get(int(number), ""))
    except pexpect.TIMEOUT:
        raise RuntimeError(f"{command} hangs after\n{output.getvalue()}") from None
    finally:
        child.close(force=True)
    if child.exitstatus:
        raise RuntimeError(f"{command} failed\n{output.getvalue()}")
    return output.getvalue()


def draw(output: str, title: str) -> str:
    """Return the screen of a terminal after this output as SVG."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(screen).feed(output)
    texts = [list(words_of_row(screen, row)) for row in range(ROWS)]
    height = max(row for row, words in enumerate(texts, 1) if words)
    lines = [
        f'<text y="{MARGIN + row * CELL_HEIGHT - 5}">{"".join(words)}</text>'
        for row, words in enumerate(texts, 1)
        if words
    ]
    size = (2 * MARGIN + COLUMNS * CELL_WIDTH, 2 * MARGIN + height * CELL_HEIGHT)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" role="img">',
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
            f'<g font-family="{FONTS}" font-size="{FONT_SIZE}">',
            *lines,
            "</g>",
            "</svg>",
            "",
        ]
    )


def words_of_row(screen: pyte.Screen, row: int) -> Iterator[str]:
    """Yield the words of a row that look alike, each fixed to the cells that it takes in any font."""
    cells = [(column, screen.buffer[row][column]) for column in range(COLUMNS)]
    for (fg, bold), group in groupby(cells, key=lambda cell: (cell[1].fg, cell[1].bold)):
        run_of_cells = list(group)
        start = run_of_cells[0][0]
        for word in re.finditer(r"\S+(?: \S+)*", "".join(cell.data for _, cell in run_of_cells)):
            x = MARGIN + (start + word.start()) * CELL_WIDTH
            weight = ' font-weight="bold"' if bold else ""
            yield (
                f'<tspan x="{x:g}" textLength="{len(word[0]) * CELL_WIDTH:g}" fill="{COLOURS.get(fg, f"#{fg}")}"'
                f"{weight}>{escape(word[0])}</tspan>"
            )
