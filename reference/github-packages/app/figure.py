"""Draws the beam: supports and loads, and below them shear force, bending moment and deflection."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from app.beam import Beam

STATIONS = 100
# Colours as red, green and blue
STEEL, LOAD = "31,41,55", "185,28,28"
SHEAR, MOMENT, DEFLECTION = "3,105,161", "21,128,61", "124,58,237"


def draw(beam: Beam, design: Beam) -> go.Figure:
    """Return the figure: the deflection is that of `beam`, the internal forces are those of `design`."""
    titles = ["Loads, characteristic", "Shear force, design", "Moment, design", "Deflection, characteristic"]
    layout = {"row_heights": [3, 2, 2, 2], "vertical_spacing": 0.06, "subplot_titles": titles}
    figure = make_subplots(rows=4, shared_xaxes=True, **layout)
    draw_beam(figure, beam)

    corners = design.shear_diagram()
    xs = sorted([beam.span * station / STATIONS for station in range(STATIONS + 1)] + [beam.position])
    moments = [(x, design.moment(x)) for x in xs]
    deflections = [(x, beam.deflection(x)) for x in xs]
    draw_diagram(figure, 2, corners, SHEAR, "kN", peaks=[corners[1], corners[-2]])
    draw_diagram(figure, 3, moments, MOMENT, "kNm", peaks=[design.highest_moment()])
    draw_diagram(figure, 4, deflections, DEFLECTION, "mm", peaks=[beam.highest_deflection()])

    # Moments are drawn on the side that is in tension and deflections downwards, as engineers do.
    figure.update_yaxes(autorange="reversed", row=3)
    figure.update_yaxes(autorange="reversed", row=4)
    figure.update_xaxes(title="x [m]", row=4)
    figure.update_layout(template="plotly_white", showlegend=False, margin={"t": 40, "r": 40})
    return figure


def draw_beam(figure: go.Figure, beam: Beam) -> None:
    """Draw the beam, its supports and its loads in the first row."""
    ends = {"x": [0, beam.span], "hoverinfo": "skip", "row": 1, "col": 1}
    supports = {"symbol": ["triangle-up", "circle"], "size": 16, "color": f"rgb({STEEL})"}
    figure.add_scatter(**ends, y=[-0.2, -0.2], mode="markers", marker=supports)
    if beam.line_load:
        figure.add_scatter(**ends, y=[0.5, 0.5], mode="lines", fill="tozeroy", **colours(LOAD, width=1))
        for part in range(13):
            draw_arrow(figure, beam.span * part / 12, top=0.5)
        label(figure, 1, beam.span, 0.68, f"{beam.line_load:g} kN/m", LOAD)
    figure.add_scatter(**ends, y=[0, 0], mode="lines", **colours(STEEL, width=6))
    if beam.point_load:
        draw_arrow(figure, beam.position, top=1.1, width=3)
        label(figure, 1, beam.position, 1.25, f"{beam.point_load:g} kN", LOAD)
    figure.update_yaxes(range=[-0.5, 1.45], visible=False, row=1)


def draw_arrow(figure: go.Figure, x: float, top: float, width: float = 1) -> None:
    """Draw the arrow of a load, from the height `top` down to the beam."""
    tail = {"ax": x, "ay": top, "axref": "x", "ayref": "y"}
    head = {"arrowhead": 2, "arrowwidth": width, "arrowcolor": f"rgb({LOAD})"}
    figure.add_annotation(x=x, y=0.05, text="", **tail, **head, row=1, col=1)


def draw_diagram(figure: go.Figure, row: int, points, colour: str, unit: str, peaks) -> None:
    """Draw one diagram through `points` in a row of its own, with the values at the `peaks`."""
    x, y = zip(*points, strict=True)
    hover = "x = %{x:.2f} m<br>%{y:.1f} " + unit + "<extra></extra>"
    style = {"mode": "lines", "fill": "tozeroy", **colours(colour, width=2)}
    figure.add_scatter(x=x, y=y, hovertemplate=hover, **style, row=row, col=1)
    for place, value in peaks:
        label(figure, row, place, value, f"{value:.1f} {unit}", colour)
    figure.update_yaxes(title=f"[{unit}]", row=row)


def label(figure: go.Figure, row: int, x: float, y: float, text: str, colour: str) -> None:
    """Write a value beside its place in a row of the figure."""
    style = {"font_color": f"rgb({colour})", "bgcolor": "rgba(255,255,255,0.8)", "showarrow": False}
    figure.add_annotation(x=x, y=y, text=text, **style, row=row, col=1)


def colours(colour: str, width: float) -> dict:
    """Return the style of a line of a colour with a light area of the same colour beside it."""
    return {"line": {"color": f"rgb({colour})", "width": width}, "fillcolor": f"rgba({colour},0.15)"}
