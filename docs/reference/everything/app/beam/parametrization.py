"""The input fields of the beam, with their units, limits and defaults."""

import viktor as vkt

from .calculation import PROFILES, YIELD_STRENGTHS


class Parametrization(vkt.Parametrization):
    """What the user fills in; `params` has the same structure."""

    introduction = vkt.Text(
        "Checks a **simply supported steel beam** to EN 1993-1-1: bending, shear and deflection. "
        "The compression flange is restrained laterally, so the beam cannot buckle sideways."
    )

    beam = vkt.Section("Beam")
    beam.span = vkt.NumberField("Span", suffix="m", default=6, min=1, max=20, step=0.5)
    beam.profile = vkt.OptionField("Profile", options=list(PROFILES), default="IPE 270")
    beam.grade = vkt.OptionField("Steel grade", options=list(YIELD_STRENGTHS), default="S235")

    loads = vkt.Section("Characteristic loads")
    loads.line_load = vkt.NumberField("Uniform load", suffix="kN/m", default=5, min=0, max=100)
    loads.point_load = vkt.NumberField("Point load", suffix="kN", default=10, min=0, max=500)
    loads.position = vkt.NumberField("Distance from left support", suffix="m", default=2, min=0, max=20)

    limits = vkt.Section("Limits")
    limits.load_factor = vkt.NumberField("Partial factor for loads", default=1.5, min=1, max=2, step=0.05)
    limits.deflection_ratio = vkt.NumberField(
        "Span divided by allowed deflection", default=250, min=100, max=1000, step=50
    )
