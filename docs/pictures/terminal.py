"""Run a program in a pseudo-terminal, answer what it asks, and let rich draw its screen as SVG."""

from __future__ import annotations

import re
from io import StringIO
from itertools import groupby

import pexpect
import pyte
from rich.console import Console
from rich.text import Text

COLUMNS, ROWS = 100, 200
TIME_LIMIT = 60
# How rich ends a question.
PROMPT = "\x1b\\[0m: "


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
    """Return the screen of a terminal after this output as SVG: pyte knows what is left of it, rich how to draw that."""
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(screen).feed(output)
    lines = [line_of(screen, row) for row in range(ROWS)]
    while not lines[-1].plain:
        lines.pop()
    console = Console(record=True, width=COLUMNS, file=StringIO())
    console.print(Text("\n").join(lines))
    svg = console.export_svg(title=title, unique_id="run")
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines() if line.strip())


def line_of(screen: pyte.Screen, row: int) -> Text:
    """Return a row of the screen in its colours; pyte calls yellow brown, as old terminals showed it."""
    cells = [screen.buffer[row][column] for column in range(COLUMNS)]
    line = Text()
    for (colour, is_bold), same in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
        style = f"{'bold ' if is_bold else ''}{colour.replace('brown', 'yellow')}"
        line.append("".join(cell.data for cell in same), style)
    line.rstrip()
    return line
