"""Statics and checks of a simply supported steel beam, without VIKTOR: to be tested and used alone.

Lengths are in m, forces in kN, moments in kNm, stresses in N/mm² and deflections in mm.

The statics are those of a prismatic, linear elastic beam (J. M. Gere and B. J. Goodno, "Mechanics of
Materials", deflections of simple beams under a uniform and under a concentrated load). The checks are those
of EN 1993-1-1:2005 for an elastic cross-section whose compression flange is restrained laterally, so
that lateral-torsional buckling does not occur.
"""

from dataclasses import dataclass, replace

ELASTIC_MODULUS = 210_000  # N/mm², EN 1993-1-1, 3.2.6
GAMMA_M0 = 1.0  # EN 1993-1-1, 6.1, recommended value
YIELD_STRENGTHS = {"S235": 235, "S275": 275, "S355": 355}  # N/mm², EN 1993-1-1, table 3.1, up to 40 mm thick


@dataclass(frozen=True)
class Profile:
    """A rolled section: height in mm, second moment of area in cm⁴ and shear area in cm² (strong axis)."""

    height: float
    inertia: float
    shear_area: float

    @property
    def section_modulus(self) -> float:
        """Elastic section modulus in cm³."""
        return self.inertia / (self.height / 10 / 2)

    @property
    def stiffness(self) -> float:
        """Bending stiffness EI in kNm²."""
        return ELASTIC_MODULUS * self.inertia * 1e-5


PROFILES = {
    "IPE 160": Profile(height=160, inertia=869, shear_area=9.66),
    "IPE 180": Profile(height=180, inertia=1317, shear_area=11.3),
    "IPE 200": Profile(height=200, inertia=1943, shear_area=14.0),
    "IPE 220": Profile(height=220, inertia=2772, shear_area=15.9),
    "IPE 240": Profile(height=240, inertia=3892, shear_area=19.1),
    "IPE 270": Profile(height=270, inertia=5790, shear_area=22.1),
    "IPE 300": Profile(height=300, inertia=8356, shear_area=25.7),
    "IPE 330": Profile(height=330, inertia=11770, shear_area=30.8),
    "IPE 360": Profile(height=360, inertia=16270, shear_area=35.1),
    "IPE 400": Profile(height=400, inertia=23130, shear_area=42.7),
}


@dataclass(frozen=True)
class Beam:
    """A beam on two supports, with a uniform load over its span and one point load.

    `span` in m, `line_load` in kN/m, `point_load` in kN, its `position` from the left support in m, and the
    bending `stiffness` EI in kNm². Downward deflections, and the moments that cause them, are positive.
    """

    span: float
    line_load: float
    point_load: float
    position: float
    stiffness: float

    def reactions(self) -> tuple[float, float]:
        """Return the upward reactions of the left and the right support, in kN."""
        right = self.line_load * self.span / 2 + self.point_load * self.position / self.span
        return self.line_load * self.span + self.point_load - right, right

    def shear_diagram(self) -> list[tuple[float, float]]:
        """Return the corners (x in m, shear force in kN) of the shear force diagram, from left to right."""
        left, right = self.reactions()
        before = left - self.line_load * self.position
        corners = [(self.position, before), (self.position, before - self.point_load)]
        return [(0, 0), (0, left), *corners, (self.span, -right), (self.span, 0)]

    def moment(self, x: float) -> float:
        """Return the bending moment at `x`, in kNm.

        q x (L - x) / 2 for the uniform load, F b x / L for the point load at a = L - b, with x <= a.
        """
        a, x_point = self._seen_from_the_near_support(x)
        uniform = self.line_load * x * (self.span - x) / 2
        return uniform + self.point_load * (self.span - a) * x_point / self.span

    def deflection(self, x: float) -> float:
        """Return the deflection at `x`, in mm.

        q x (L³ - 2 L x² + x³) / 24 EI for the uniform load, F b x (L² - b² - x²) / 6 L EI for the point load.
        """
        span = self.span
        a, x_point = self._seen_from_the_near_support(x)
        b = span - a
        uniform = self.line_load * x * (span**3 - 2 * span * x**2 + x**3) / 24
        point = self.point_load * b * x_point * (span**2 - b**2 - x_point**2) / (6 * span)
        return (uniform + point) / self.stiffness * 1000

    def highest_shear(self) -> float:
        """The largest shear force on either side, in kN: one of the reactions."""
        return max(self.reactions())

    def highest_moment(self) -> tuple[float, float]:
        """Return where (m) the bending moment is largest, and how large (kNm) it is.

        The shear force passes through zero there: under the point load, or in the part before or after it.
        """
        places = [self.position]
        if self.line_load:
            left, right = self.reactions()
            places += [left / self.line_load, self.span - right / self.line_load]
        place = max((x for x in places if 0 <= x <= self.span), key=self.moment)
        return place, self.moment(place)

    def highest_deflection(self) -> tuple[float, float]:
        """Return where (m) the deflection is largest, and how large (mm) it is.

        The moment is never negative, so there is one peak: a third is cut off beside it until it is found.
        """
        low, high = 0.0, self.span
        while high - low > 1e-6:
            first, second = low + (high - low) / 3, high - (high - low) / 3
            if self.deflection(first) < self.deflection(second):
                low = first
            else:
                high = second
        return low, self.deflection(low)

    def _seen_from_the_near_support(self, x: float) -> tuple[float, float]:
        """Return the point load's position and `x`, both from the support on `x`'s side of the point load."""
        if x <= self.position:
            return self.position, x
        return self.span - self.position, self.span - x


def scaled(beam: Beam, factor: float) -> Beam:
    """The same beam with both loads multiplied by `factor`."""
    return replace(beam, line_load=beam.line_load * factor, point_load=beam.point_load * factor)


@dataclass(frozen=True)
class Check:
    """What occurs, what is allowed, and the unit of both."""

    occurs: float
    allowed: float
    unit: str

    @property
    def utilisation(self) -> float:
        """The effect divided by the resistance: above 1 the check fails."""
        return self.occurs / self.allowed


def checks(
    beam: Beam, profile: Profile, grade: str, load_factor: float, deflection_ratio: float
) -> dict[str, Check]:
    """Check strength and deflection of a steel beam.

    `beam` carries the characteristic loads; `load_factor` makes design loads of them for the strength checks;
    `grade` is a key of `YIELD_STRENGTHS`; the deflection may be the span divided by `deflection_ratio`.
    Returns the checks by name: bending (6.2.5), shear (6.2.6, elastic mean stress) and deflection (7.2.1).
    """
    design = scaled(beam, load_factor)
    strength = YIELD_STRENGTHS[grade] / GAMMA_M0
    bending_stress = design.highest_moment()[1] / profile.section_modulus * 1000
    shear_stress = design.highest_shear() / profile.shear_area * 10
    return {
        "bending": Check(bending_stress, strength, "N/mm²"),
        "shear": Check(shear_stress, strength / 3**0.5, "N/mm²"),
        "deflection": Check(beam.highest_deflection()[1], beam.span / deflection_ratio * 1000, "mm"),
    }
