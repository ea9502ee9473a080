"""What VIKTOR shows of the beam: its diagrams and its checks."""

import viktor as vkt

from .calculation import PROFILES, Beam, checks, scaled
from .figure import draw
from .parametrization import Parametrization


class Controller(vkt.Controller):
    """One beam."""

    label = "Beam"
    parametrization = Parametrization
    summary = vkt.Summary(
        utilisation=vkt.SummaryItem("Utilisation", float, "show_checks", "utilisation", suffix="%"),
    )

    @vkt.PlotlyView("Diagrams")
    def show_diagrams(self, params, **kwargs):
        """Return the beam with its loads, and its internal forces and deflection."""
        beam = beam_from(params)
        return vkt.PlotlyResult(draw(beam, design=scaled(beam, params.limits.load_factor)))

    @vkt.DataView("Checks")
    def show_checks(self, params, **kwargs):
        """Return the checks, the reactions and the largest moment."""
        beam = beam_from(params)
        return vkt.DataResult(
            vkt.DataGroup(
                **check_items(beam, params),
                design=force_items("Design values", scaled(beam, params.limits.load_factor)),
                characteristic=force_items("Characteristic values", beam),
            )
        )


def beam_from(params) -> Beam:
    """Return the beam that `params` describe; raise vkt.UserError at the fields that can't be right."""
    empty = [
        vkt.InputViolation("Fill in a value.", fields=[f"{section}.{field}"])
        for section, fields in params.items()
        for field, value in fields.items()
        if value is None
    ]
    if empty:
        raise vkt.UserError("Some values are missing.", input_violations=empty)
    span, loads = params.beam.span, params.loads
    if loads.position > span:
        beside = vkt.InputViolation(f"At most the span, {span:g} m.", fields=["loads.position"])
        raise vkt.UserError("The point load is beyond the end of the beam.", input_violations=[beside])
    if not loads.line_load and not loads.point_load:
        unloaded = vkt.InputViolation("Fill in a load.", fields=["loads.line_load", "loads.point_load"])
        raise vkt.UserError("The beam carries no load.", input_violations=[unloaded])
    stiffness = PROFILES[params.beam.profile].stiffness
    return Beam(span, loads.line_load, loads.point_load, loads.position, stiffness)


def check_items(beam: Beam, params) -> dict[str, vkt.DataItem]:
    """Return the governing utilisation and one item a check, in per cent and with the values behind it."""
    profile, limits = PROFILES[params.beam.profile], params.limits
    results = checks(beam, profile, params.beam.grade, limits.load_factor, limits.deflection_ratio)
    name, governing = max(results.items(), key=lambda item: item[1].utilisation)
    items = {"utilisation": percentage("Utilisation", governing.utilisation, f"{name} governs")}
    for name, check in results.items():
        message = f"{check.occurs:.1f} of {check.allowed:.1f} {check.unit}"
        items[name] = percentage(name.capitalize(), check.utilisation, message)
    return items


def percentage(label: str, utilisation: float, message: str) -> vkt.DataItem:
    """Return a utilisation as an item: green up to 100 %, red above."""
    status = vkt.DataStatus.SUCCESS if utilisation <= 1 else vkt.DataStatus.ERROR
    return vkt.DataItem(
        label, utilisation * 100, suffix="%", number_of_decimals=0, status=status, status_message=message
    )


def force_items(label: str, beam: Beam) -> vkt.DataItem:
    """Return the reactions and the largest moment of a beam, under one heading."""
    left, right = beam.reactions()
    place, moment = beam.highest_moment()
    return vkt.DataItem(
        label,
        subgroup=vkt.DataGroup(
            left=vkt.DataItem("Reaction, left", left, suffix="kN", number_of_decimals=1),
            right=vkt.DataItem("Reaction, right", right, suffix="kN", number_of_decimals=1),
            moment=vkt.DataItem(f"Moment, at {place:.2f} m", moment, suffix="kNm", number_of_decimals=1),
        ),
    )
