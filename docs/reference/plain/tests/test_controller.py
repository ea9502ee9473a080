"""What the user sees: the views, run as VIKTOR runs them, and the errors at the fields."""

import unittest

import viktor as vkt

from app.beam.controller import Controller
from app.beam.parametrization import Parametrization


def params(**changes):
    """Return the params of a beam of 6 m with a point load in the middle, with some values changed."""
    values = {
        "beam": {"span": 6, "profile": "IPE 270", "grade": "S235"},
        "loads": {"line_load": 10, "point_load": 20, "position": 3},
        "limits": {"load_factor": 1.5, "deflection_ratio": 250},
    }
    for field, value in changes.items():
        section = next(section for section in values.values() if field in section)
        section[field] = value
    return vkt.testing.mock_params(values, Parametrization)


class TestViews(unittest.TestCase):
    @vkt.testing.mock_View(Controller)
    def test_checks(self):
        data = Controller().show_checks(params=params()).data
        # 1.5 x (45 + 30) kNm / 428.9 cm³ = 262.3 N/mm² of 235 N/mm²
        self.assertAlmostEqual(data["bending"].value, 111.6, places=1)
        self.assertEqual(data["bending"].status, vkt.DataStatus.ERROR)
        self.assertEqual(data["shear"].status, vkt.DataStatus.SUCCESS)
        self.assertEqual(data["utilisation"].value, data["bending"].value)
        self.assertAlmostEqual(data["characteristic"].subgroup["moment"].value, 75)
        self.assertAlmostEqual(data["design"].subgroup["left"].value, 60)

    @vkt.testing.mock_View(Controller)
    def test_diagrams(self):
        figure = Controller().show_diagrams(params=params()).figure
        shown = {annotation["text"] for annotation in figure["layout"]["annotations"]}
        loads_and_reactions = {"10 kN/m", "20 kN", "40.0 kN"}
        shear_forces = {"60.0 kN", "15.0 kN", "−15.0 kN", "−60.0 kN"}
        self.assertLessEqual(loads_and_reactions | shear_forces | {"112.5 kNm at 3.00 m"}, shown)

    @vkt.testing.mock_View(Controller)
    def test_every_view_shows_one_load_alone(self):
        for absent in ("line_load", "point_load"):
            with self.subTest(absent=absent):
                Controller().show_checks(params=params(**{absent: 0}))
                Controller().show_diagrams(params=params(**{absent: 0}))


class TestInput(unittest.TestCase):
    def assert_refused(self, fields, **changes):
        """Assert that both views refuse the changed params at these fields."""
        for view in (Controller.show_checks, Controller.show_diagrams):
            with self.subTest(view=view), self.assertRaises(vkt.UserError) as caught:
                view(Controller(), params=params(**changes))
            violations = caught.exception.input_violations
            self.assertEqual([field for violation in violations for field in violation.fields], fields)

    @vkt.testing.mock_View(Controller)
    def test_point_load_beside_the_beam(self):
        self.assert_refused(["loads.position"], position=6.5)

    @vkt.testing.mock_View(Controller)
    def test_no_load(self):
        self.assert_refused(["loads.line_load", "loads.point_load"], line_load=0, point_load=0)

    @vkt.testing.mock_View(Controller)
    def test_empty_fields(self):
        self.assert_refused(["beam.span", "limits.load_factor"], span=None, load_factor=None)
