"""Draws the beam with its loads and reactions, and below it shear force, bending moment and deflection.

It can be read at any height from 450 pixels: loads, supports and texts keep their size in pixels, and each
value stands beside its curve, on a side where the curve can't be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from .calculation import Beam

STATIONS = 100
# Colours as red, green and blue
STEEL, LOAD, REACTION = "31,41,55", "185,28,28", "180,83,9"
SHEAR, MOMENT, DEFLECTION = "3,105,161", "21,128,61", "124,58,237"

# In pixels: half the depth of the beam as drawn, the height of the uniform load, the length of other arrows
DEPTH, LINE_LOAD, POINT_LOAD_ARROW, REACTION_ARROW = 3, 25, 58, 38
# The supports touch the beam from below; the right one can roll. A path in pixels, from the axis of the beam.
PINNED = f"M 0,{-DEPTH} L -9,-19 L 9,-19 Z"
ROLLER = f"{PINNED} M -11,-23 L 11,-23"
BELOW_SUPPORTS = -24

# Where a label stands, seen from its point
SIDES = {
    "above": {"yanchor": "bottom", "yshift": 2},
    "below": {"yanchor": "top", "yshift": -2},
    "above, to the right": {"yanchor": "bottom", "xanchor": "left", "xshift": 3},
    "below, to the left": {"yanchor": "top", "xanchor": "right", "xshift": -3},
}


@dataclass(frozen=True)
class Label:
    """A value to write at the point of a curve, on a side (a key of SIDES) that holds no curve."""

    x: float
    value: float
    side: str


@dataclass(frozen=True)
class Diagram:
    """A curve through `points` (x in m, value), with its labels."""

    name: str
    kind: str
    unit: str
    colour: str
    points: Sequence[tuple[float, float]]
    labels: Sequence[Label]
    downwards: bool = False


def draw(beam: Beam, design: Beam) -> go.Figure:
    """Return the figure; the internal forces are those of `design`, the rest is that of `beam`.

    Moments are drawn on the side that is in tension and deflections downwards, as engineers do.
    """
    xs = sorted([beam.span * station / STATIONS for station in range(STATIONS + 1)] + [beam.position])
    moments, deflections = [(x, design.moment(x)) for x in xs], [(x, beam.deflection(x)) for x in xs]
    largest_moment = Label(*design.highest_moment(), "below")
    largest_deflection = Label(*beam.highest_deflection(), "below")
    diagrams = [
        Diagram("Shear force", "design", "kN", SHEAR, design.shear_diagram(), shear_labels(design)),
        Diagram("Moment", "design", "kNm", MOMENT, moments, [largest_moment], downwards=True),
        Diagram(
            "Deflection",
            "characteristic",
            "mm",
            DEFLECTION,
            deflections,
            [largest_deflection],
            downwards=True,
        ),
    ]
    figure = make_subplots(rows=4, shared_xaxes=True, row_heights=[14, 10, 8, 7], vertical_spacing=0.02)
    notes = draw_beam(figure, beam)
    for row, diagram in enumerate(diagrams, 2):
        notes += draw_diagram(figure, row, diagram)
    figure.update_layout(annotations=notes)  # all at once: one by one takes plotly three times as long
    figure.update_xaxes(range=[-0.06 * beam.span, 1.06 * beam.span], zeroline=False, ticksuffix=" m")
    figure.update_yaxes(visible=False)
    margin = {"t": 5, "r": 15, "b": 25, "l": 115}
    figure.update_layout(template="plotly_white", showlegend=False, margin=margin, font_color=f"rgb({STEEL})")
    return figure


def shear_labels(beam: Beam) -> list[Label]:
    """Return the labels of the shear force: at the supports, and beside the point load where there is room.

    The curve falls from left to right: nothing of it is above a point to the right, or below it to the left.
    """
    _, (_, left), (place, before), (_, after), (_, right), _ = beam.shear_diagram()
    labels = [Label(0, left, "above"), Label(beam.span, right, "below")]
    if 0.15 < place / beam.span < 0.85 and before - after > 0.2 * (left - right):
        for value in (before, after):
            labels.append(Label(place, value, "above, to the right" if value > 0 else "below, to the left"))
    return labels


def draw_beam(figure: go.Figure, beam: Beam) -> list[dict]:
    """Draw the beam and its supports in the first row; return the notes that are its loads and reactions."""
    notes = [name_of_row(1, "Loads, reactions", "characteristic")]
    figure.update_yaxes(range=[-1, 1.05], row=1)
    draw_axis(figure, 1, beam.span, width=2 * DEPTH)
    for x, path, reaction in zip((0, beam.span), (PINNED, ROLLER), beam.reactions(), strict=True):
        in_pixels = {"xref": "x", "xsizemode": "pixel", "xanchor": x, "yref": "y", "ysizemode": "pixel"}
        figure.add_shape(type="path", path=path, **in_pixels, yanchor=0, fillcolor=f"rgb({STEEL})")
        if not is_nothing(reaction):
            notes.append(arrow(x, BELOW_SUPPORTS, -REACTION_ARROW, REACTION, f"{written(reaction)} kN"))
    if beam.line_load:
        notes += draw_line_load(figure, beam)
    if beam.point_load:
        notes.append(arrow(beam.position, DEPTH, POINT_LOAD_ARROW, LOAD, f"{beam.point_load:g} kN"))
    return notes


def draw_line_load(figure: go.Figure, beam: Beam) -> list[dict]:
    """Draw the uniform load; return its arrows, and its value above the longer part beside the point load."""
    ends = {"x0": 0, "x1": beam.span, "xref": "x"}
    height = {"y0": DEPTH, "y1": DEPTH + LINE_LOAD, "yref": "y", "ysizemode": "pixel", "yanchor": 0}
    colours = {"fillcolor": f"rgba({LOAD},0.12)", "line_color": f"rgb({LOAD})", "line_width": 1}
    figure.add_shape(type="rect", **ends, **height, **colours)
    arrows = [arrow(beam.span * part / 16, DEPTH, LINE_LOAD, LOAD, width=1) for part in range(17)]
    place = middle = beam.span / 2
    if beam.point_load:
        place = beam.position / 2 if beam.position > middle else (beam.position + beam.span) / 2
    value = {"text": f"{beam.line_load:g} kN/m", "font": {"color": f"rgb({LOAD})"}, "showarrow": False}
    above = {"x": place, "y": 0, "yanchor": "bottom", "yshift": DEPTH + LINE_LOAD}
    return [*arrows, {**axes(1), **above, **value}]


def arrow(x: float, tip: float, length: float, colour: str, text: str = "", width: float = 2) -> dict:
    """Return an arrow at `x` in the first row, with a text at its tail.

    `tip` and `length`, from there to the tail, are pixels, counted upwards from the axis of the beam.
    """
    shape = {"arrowhead": 2, "arrowwidth": width, "arrowcolor": f"rgb({colour})", "ax": 0, "ay": -length}
    return {
        **axes(1),
        "x": x,
        "y": 0,
        "yshift": tip,
        "text": text,
        "font": {"color": f"rgb({colour})"},
        **shape,
    }


def draw_diagram(figure: go.Figure, row: int, diagram: Diagram) -> list[dict]:
    """Draw a diagram in a row of the figure, with room for its name and labels, which are returned."""
    xs, values = zip(*diagram.points, strict=True)
    hover = [f"{written(value)} {diagram.unit} at {x:.2f} m" for x, value in diagram.points]
    texts = {"text": hover, "hovertemplate": "%{text}<extra></extra>"}
    area = {"fill": "tozeroy", "fillcolor": f"rgba({diagram.colour},0.15)"}
    line = {"color": f"rgb({diagram.colour})", "width": 2, "simplify": False}
    figure.add_scatter(x=xs, y=values, mode="lines", line=line, **area, **texts, row=row, col=1)
    draw_axis(figure, row, xs[-1], width=1)
    low, high = min(*values, -0.01), max(*values, 0.01)
    room = 0.35 * (high - low)
    limits = [high + room, low] if diagram.downwards else [low - room, high + room]
    figure.update_yaxes(range=limits, row=row)
    labels = [label for label in diagram.labels if not is_nothing(label.value)]
    notes = [value_beside_curve(row, label, diagram, part=label.x / xs[-1]) for label in labels]
    return [name_of_row(row, diagram.name, diagram.kind), *notes]


def value_beside_curve(row: int, label: Label, diagram: Diagram, part: float) -> dict:
    """Return a label; where this `part` of the span is close to a support, it is held by its end."""
    text = f"{written(label.value)} {diagram.unit}"
    if 0 < part < 1 and label.side == "below":
        text += f" at {label.x:.2f} m"
    held = "left" if 0 < part < 0.15 else "right" if 0.85 < part < 1 else "center"
    style = {"font": {"color": f"rgb({diagram.colour})"}, "showarrow": False, "xanchor": held}
    return {**axes(row), "x": label.x, "y": label.value, "text": text, **style, **SIDES[label.side]}


def name_of_row(row: int, name: str, kind: str) -> dict:
    """Return what stands at the left of a row: what it shows."""
    x, y = (f"{axis} domain" for axis in axes(row).values())
    place = {"xref": x, "x": 0, "xanchor": "right", "yref": y, "y": 0.5}
    return {"text": f"<b>{name}</b><br>{kind}", "align": "right", "showarrow": False, **place}


def axes(row: int) -> dict:
    """Return the axes of a row, as annotations name them."""
    number = "" if row == 1 else row
    return {"xref": f"x{number}", "yref": f"y{number}"}


def draw_axis(figure: go.Figure, row: int, span: float, width: float) -> None:
    """Draw the axis of the beam in a row."""
    line = {"color": f"rgb({STEEL})", "width": width}
    figure.add_scatter(x=[0, span], y=[0, 0], mode="lines", hoverinfo="skip", line=line, row=row, col=1)


def is_nothing(value: float) -> bool:
    """Tell whether a value would be written as zero."""
    return abs(value) < 0.05


def written(value: float) -> str:
    """A value with one decimal, and with a true minus sign."""
    return f"{round(value, 1) + 0:.1f}".replace("-", "−")  # + 0 makes 0.0 of -0.0
