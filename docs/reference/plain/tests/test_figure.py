"""The figure: what is written beside its curves, and where."""

import unittest

from app.beam.calculation import PROFILES, Beam
from app.beam.figure import draw

SHEAR, MOMENT, DEFLECTION = "y2", "y3", "y4"  # the rows, by their axes


def annotations(line_load=0.0, point_load=0.0, position=2.0) -> list:
    """Return the texts and arrows in the figure of a beam of 6 m."""
    beam = Beam(6, line_load, point_load, position, PROFILES["IPE 270"].stiffness)
    return list(draw(beam, design=beam).layout.annotations)


class TestFigure(unittest.TestCase):
    def test_minus_signs_are_true_ones_and_zero_has_none(self):
        for position in (0, 2, 6):
            texts = [note.text for note in annotations(5, 10, position)]
            self.assertFalse([text for text in texts if "-" in text or text.startswith("−0.0")])

    def test_reactions_point_up_from_below_the_supports(self):
        reactions = [note for note in annotations(point_load=12) if note.ay and note.ay > 0]
        self.assertEqual([(note.x, note.text) for note in reactions], [(0, "8.0 kN"), (6, "4.0 kN")])
        self.assertTrue(all(note.yshift < 0 for note in reactions))

    def test_a_reaction_of_nothing_is_not_drawn(self):
        reactions = [note for note in annotations(point_load=12, position=6) if note.ay and note.ay > 0]
        self.assertEqual([(note.x, note.text) for note in reactions], [(6, "12.0 kN")])

    def test_values_stand_beside_the_curve(self):
        values = [note for note in annotations(10, 40) if note.yref in (SHEAR, MOMENT, DEFLECTION)]
        for note in values:
            with self.subTest(note.text):
                outside = "bottom" if note.yref == SHEAR and note.y > 0 else "top"
                self.assertEqual(note.yanchor, outside)
        self.assertEqual(len(values), 6)

    def test_values_near_a_support_are_not_cut_off(self):
        for position, held in ((0.3, "left"), (5.7, "right")):
            moment = next(note for note in annotations(0, 10, position) if note.yref == MOMENT)
            self.assertEqual((moment.x, moment.xanchor), (position, held))

    def test_supports_touch_the_beam(self):
        figure = draw(*[Beam(6, 5, 0, 2, 1000)] * 2)
        depth = figure.data[0].line.width
        for support in figure.layout.shapes[:2]:
            self.assertTrue(support.path.startswith(f"M 0,-{depth / 2:g} "))
            self.assertEqual((support.yanchor, support.ysizemode), (0, "pixel"))
