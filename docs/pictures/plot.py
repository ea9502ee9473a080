"""Draw a Plotly figure as SVG with Matplotlib, for which Plotly itself would need a browser.

Knows what the generated app's figure holds: subplots above each other, lines, fills, markers, arrows and labels.
"""

from __future__ import annotations

import re
from io import StringIO

import matplotlib as mpl
from matplotlib.figure import Figure

MARKERS = {"triangle-up": "^", "circle": "o"}
SETTINGS = {
    "font.family": "sans-serif",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "the same names in every picture",
}


def draw(figure: dict) -> str:
    """Return the picture of a Plotly figure, given as a dictionary."""
    layout = figure["layout"]
    rows = [name.removeprefix("yaxis") for name in layout if name.startswith("yaxis")]
    titles = [note for note in layout["annotations"] if note.get("yref") == "paper"]
    bottoms = [layout[f"yaxis{row}"]["domain"] for row in rows]
    heights = [top - bottom for bottom, top in bottoms]
    with mpl.rc_context(SETTINGS):
        picture = Figure(figsize=(8, 7), layout="constrained")
        axes = picture.subplots(len(rows), sharex=True, height_ratios=heights)
        for row, axis, title in zip(rows, axes, titles, strict=True):
            axis.set_title(title["text"], fontsize=10)
            draw_traces(axis, [trace for trace in figure["data"] if trace["yaxis"] == f"y{row}"])
            draw_annotations(axis, [note for note in layout["annotations"] if note.get("yref") == f"y{row}"])
            dress(axis, layout[f"yaxis{row}"])
        axes[-1].set_xlabel(layout[f"xaxis{rows[-1]}"]["title"]["text"])
        svg = StringIO()
        picture.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in svg.getvalue().splitlines())


def rgb(colour: str) -> tuple[float, ...]:
    """Return the colour that Plotly writes as `rgb(31,41,55)`."""
    return tuple(int(part) / 255 for part in re.findall(r"\d+", colour))


def draw_traces(axis, traces: list[dict]) -> None:
    """Draw the lines, with what they fill down to zero, and the markers."""
    for trace in traces:
        x, y = trace["x"], trace["y"]
        if trace["mode"] == "markers":
            marker = trace["marker"]
            for place, height, symbol in zip(x, y, marker["symbol"], strict=True):
                axis.plot(
                    place,
                    height,
                    MARKERS[symbol],
                    color=rgb(marker["color"]),
                    markersize=marker["size"] * 0.7,
                )
            continue
        colour = rgb(trace["line"]["color"])
        axis.plot(x, y, color=colour, linewidth=trace["line"]["width"] * 0.7)
        if trace.get("fill") == "tozeroy":
            axis.fill_between(x, y, color=colour, alpha=0.25, linewidth=0)


def draw_annotations(axis, annotations: list[dict]) -> None:
    """Draw the arrows and the labels."""
    for note in annotations:
        place = (note["x"], note["y"])
        if "ax" in note:
            arrow = {"arrowstyle": "-|>", "color": rgb(note["arrowcolor"]), "shrinkA": 0, "shrinkB": 0}
            arrow["linewidth"] = note["arrowwidth"] * 0.7
            axis.annotate("", place, (note["ax"], note["ay"]), arrowprops=arrow)
        else:
            box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1}
            style = {"ha": "center", "va": "center", "bbox": box, "color": rgb(note["font"]["color"])}
            axis.text(*place, note["text"], **style)


def dress(axis, layout: dict) -> None:
    """Give a row its range, its direction, its title and its grid."""
    if "range" in layout:
        axis.set_ylim(layout["range"])
    if layout.get("visible") is False:
        axis.set_axis_off()
    axis.margins(x=0.06)
    axis.grid(color="#e5e7eb")
    axis.set_axisbelow(True)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    axis.set_ylabel(layout.get("title", {}).get("text", ""))
    if layout.get("autorange") == "reversed":
        axis.invert_yaxis()
