"""The figure that a new app shows, and its picture: drawn by Plotly itself, in a browser."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from plotly.offline import get_plotlyjs

from tests.support.commands import run
from tests.support.places import TEMPLATE

# The smallest height for which the app draws.
WIDTH, HEIGHT = 760, 450
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The figure, with the values that the app's fields begin with.
CODE = """
from app.beam.calculation import PROFILES, Beam, scaled
from app.beam.figure import draw
beam = Beam(span=6, line_load=5, point_load=10, position=2, stiffness=PROFILES["IPE 270"].stiffness)
print(draw(beam, design=scaled(beam, 1.5)).to_json())
"""
PAGE = """<!doctype html><meta charset="utf-8"><body><script>{plotly}</script><script>
const size = {{format: "svg", width: {width}, height: {height}, imageDataOnly: true}};
Plotly.toImage({figure}, size).then(svg => document.body.textContent = svg);
</script></body>"""


def figure_of_a_new_app() -> dict:
    """Return what the app of this work tree hands to Plotly, as it makes it with Enter throughout."""
    with tempfile.TemporaryDirectory() as folder:
        answers = ("--default-config", "--no-input", "__git_init=no")
        run(sys.executable, "-m", "cookiecutter", TEMPLATE, "-o", folder, *answers)
        return json.loads(run(sys.executable, "-c", CODE, cwd=Path(folder, "my-viktor-app")))


def fingerprint(figure: dict) -> str:
    """Return what tells one figure from another: all but Plotly's own defaults, to five digits of each number."""
    layout = {name: value for name, value in figure["layout"].items() if name != "template"}
    told = json.dumps([figure["data"], layout], sort_keys=True)
    rounded = re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda number: f"{float(number[0]):.5g}", told)
    return hashlib.sha256(rounded.encode()).hexdigest()[:16]


def draw(figure: dict) -> str:
    """Return the figure's picture, with its fingerprint, by which a test sees without a browser that it is out of date."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        sys.exit("Plotly draws in a browser. Install one, such as Debian's package chromium, and try again.")
    # Names that are the same each time; Plotly would make them up.
    named = figure | {"data": [trace | {"uid": f"{row}"} for row, trace in enumerate(figure["data"])]}
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(
            PAGE.format(plotly=get_plotlyjs(), figure=json.dumps(named), width=WIDTH, height=HEIGHT), "utf-8"
        )
        words = [
            "--headless",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            "--virtual-time-budget=20000",
        ]
        if hasattr(os, "geteuid") and not os.geteuid():
            words.append("--no-sandbox")  # which Chromium wants of root
        told = run(browser, *words, "--dump-dom", page.as_uri())
    svg = html.unescape(re.search(r"&lt;svg .*&lt;/svg&gt;", told, re.DOTALL)[0])
    svg = svg.replace(re.search(r'id="defs-(\w+)"', svg)[1], "figure")
    return svg.replace(">", f"><desc>{fingerprint(figure)}</desc>", 1) + "\n"
