"""Draw a Plotly figure as SVG with Matplotlib, for which Plotly itself would need a browser.

Knows what the generated app's figure holds: rows above each other, with lines, areas, shapes, arrows and texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The size for which the app draws; with 72 dots per inch, Matplotlib's points are Plotly's pixels.
WIDTH, HEIGHT, DOTS_PER_INCH = 760, 450, 72
SETTINGS = {
    "font.family": "sans-serif",
    "font.size": 11,
    "svg.fonttype": "none",
    "svg.hashsalt": "the same names in every picture",
}


@dataclass(frozen=True)
class Row:
    """One row of the figure: its axes, and how much of the axes' units a pixel is."""

    axes: Axes
    pixel_x: float
    pixel_y: float


def draw(figure: dict) -> str:
    """Return the picture of a Plotly figure, given as a dictionary."""
    layout = figure["layout"]
    numbers = [name.removeprefix("yaxis") for name in layout if name.startswith("yaxis")]
    with mpl.rc_context(SETTINGS):
        picture = Figure(figsize=(WIDTH / DOTS_PER_INCH, HEIGHT / DOTS_PER_INCH), dpi=DOTS_PER_INCH)
        for number in numbers:
            row = make_row(picture, layout, number)
            for shape in layout["shapes"] if number == numbers[0] else ():
                draw_shape(row, shape)
            for trace in figure["data"]:
                if trace["yaxis"] == f"y{number}":
                    draw_trace(row, trace)
            for note in layout["annotations"]:
                if note["yref"].split()[0] == f"y{number}":
                    draw_annotation(row, note)
            if number != numbers[-1]:
                row.axes.tick_params(labelbottom=False)
        svg = StringIO()
        picture.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return "".join(f"{line.rstrip()}\n" for line in svg.getvalue().splitlines())


def make_row(picture: Figure, layout: dict, number: str) -> Row:
    """Return a row with its place, its ranges, its ticks and its grid."""
    x_axis, y_axis, margin = layout[f"xaxis{number}"], layout[f"yaxis{number}"], layout["margin"]
    width, height = WIDTH - margin["l"] - margin["r"], HEIGHT - margin["t"] - margin["b"]
    bottom, top = y_axis["domain"]
    place = margin["l"] / WIDTH, (margin["b"] + bottom * height) / HEIGHT
    axes = picture.add_axes((*place, width / WIDTH, (top - bottom) * height / HEIGHT))
    axes.set(xlim=x_axis["range"], ylim=y_axis["range"], yticks=[])
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}{x_axis['ticksuffix']}")
    axes.grid(color="#ebf0f8")
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    (left, right), (low, high) = x_axis["range"], y_axis["range"]
    return Row(axes, (right - left) / width, (high - low) / ((top - bottom) * height))


def colour_of(text: str) -> tuple[float, ...]:
    """Return the colour that Plotly writes as `rgb(31,41,55)` or `rgba(31,41,55,0.15)`."""
    red, green, blue, *opacity = (float(part) for part in re.findall(r"[\d.]+", text))
    return (red / 255, green / 255, blue / 255, *opacity)


def draw_trace(row: Row, trace: dict) -> None:
    """Draw a line, with the area between it and zero where it is filled."""
    row.axes.plot(
        trace["x"], trace["y"], color=colour_of(trace["line"]["color"]), linewidth=trace["line"]["width"]
    )
    if trace.get("fill") == "tozeroy":
        row.axes.fill_between(trace["x"], trace["y"], color=colour_of(trace["fillcolor"]), linewidth=0)


def draw_shape(row: Row, shape: dict) -> None:
    """Draw a rectangle whose height is in pixels, or a path in pixels of straight lines."""
    if shape["type"] == "rect":
        x, y, top = shape["x0"], shape["y0"] * row.pixel_y, shape["y1"] * row.pixel_y
        colours = {"facecolor": colour_of(shape["fillcolor"]), "edgecolor": colour_of(shape["line"]["color"])}
        row.axes.add_patch(mpl.patches.Rectangle((x, y), shape["x1"] - x, top - y, **colours))
        return
    for part in shape["path"].split("M")[1:]:
        pairs = [pair.split(",") for pair in re.findall(r"\S+,\S+", part)]
        xs = [shape["xanchor"] + float(x) * row.pixel_x for x, _ in pairs]
        ys = [shape["yanchor"] + float(y) * row.pixel_y for _, y in pairs]
        colour = colour_of(shape["fillcolor"])
        if "Z" in part:
            row.axes.fill(xs, ys, color=colour)
        else:
            row.axes.plot(xs, ys, color=colour, linewidth=2)


def draw_annotation(row: Row, note: dict) -> None:
    """Draw an arrow with the text at its tail, or a text alone."""
    colour = colour_of(note["font"]["color"]) if "font" in note else None
    shift = note.get("xshift", 0), note.get("yshift", 0)
    if "domain" in note["yref"]:
        text = note["text"].replace("<br>", "\n").replace("<b>", "").replace("</b>", "")
        row.axes.text(-0.01, note["y"], text, ha="right", va="center", transform=row.axes.transAxes)
    elif note.get("showarrow") is False:
        held = {"ha": note.get("xanchor", "center"), "va": note["yanchor"], "color": colour}
        row.axes.annotate(note["text"], (note["x"], note["y"]), shift, textcoords="offset points", **held)
    else:
        tip = note["x"], note["y"] + shift[1] * row.pixel_y
        arrow = {
            "arrowstyle": "-|>",
            "color": colour,
            "linewidth": note["arrowwidth"],
            "shrinkA": 0,
            "shrinkB": 0,
        }
        arrow["mutation_scale"] = 4 + 4 * note["arrowwidth"]
        centred = {"ha": "center", "va": "center", "color": colour}
        tail = {"xytext": (note["ax"], -note["ay"]), "textcoords": "offset points"}
        row.axes.annotate(note["text"], tip, **tail, **centred, arrowprops=arrow)
