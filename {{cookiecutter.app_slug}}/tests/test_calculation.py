"""The statics and the checks, against values worked out by hand."""

import unittest

from app.beam.calculation import PROFILES, Beam, checks

IPE_270 = PROFILES["IPE 270"]


def beam(line_load=0.0, point_load=0.0, position=3.0) -> Beam:
    """An IPE 270 over 6 m: EI = 210 000 N/mm² x 5790 cm⁴ = 12 159 kNm²."""
    return Beam(6, line_load, point_load, position, IPE_270.stiffness)


class TestProfile(unittest.TestCase):
    def test_stiffness(self):
        self.assertAlmostEqual(IPE_270.stiffness, 12_159)

    def test_section_moduli_are_those_of_the_tables(self):
        published = [109, 146, 194, 252, 324, 429, 557, 713, 904, 1160]
        for profile, expected in zip(PROFILES.values(), published, strict=True):
            self.assertAlmostEqual(profile.section_modulus / expected, 1, delta=0.005)


class TestUniformLoad(unittest.TestCase):
    beam = beam(line_load=10)

    def test_reactions_are_half_the_load(self):
        self.assertEqual(self.beam.reactions(), (30, 30))

    def test_moment_is_q_l_squared_over_8_at_midspan(self):
        place, moment = self.beam.highest_moment()
        self.assertAlmostEqual(place, 3)
        self.assertAlmostEqual(moment, 10 * 6**2 / 8)

    def test_deflection_is_5_q_l_to_the_fourth_over_384_ei_at_midspan(self):
        place, deflection = self.beam.highest_deflection()
        self.assertAlmostEqual(place, 3, places=3)
        self.assertAlmostEqual(deflection, 5 * 10 * 6**4 / 384 / 12_159 * 1000)


class TestPointLoad(unittest.TestCase):
    beam = beam(point_load=20, position=2)

    def test_reactions_follow_the_lever(self):
        left, right = self.beam.reactions()
        self.assertAlmostEqual(left, 20 * 4 / 6)
        self.assertAlmostEqual(right, 20 * 2 / 6)

    def test_moment_is_f_a_b_over_l_under_the_load(self):
        place, moment = self.beam.highest_moment()
        self.assertEqual(place, 2)
        self.assertAlmostEqual(moment, 20 * 2 * 4 / 6)

    def test_deflection_has_its_peak_in_the_longer_part(self):
        # F a (L² - a²)^1.5 / (9 √3 L EI), at √((L² - a²) / 3) from the far support
        place, deflection = self.beam.highest_deflection()
        self.assertAlmostEqual(place, 6 - (32 / 3) ** 0.5, places=3)
        self.assertAlmostEqual(deflection, 20 * 2 * 32**1.5 / (9 * 3**0.5 * 6 * 12_159) * 1000)

    def test_a_load_on_a_support_does_not_bend_the_beam(self):
        for position in (0, 6):
            loaded = beam(point_load=20, position=position)
            self.assertAlmostEqual(loaded.highest_moment()[1], 0)
            self.assertAlmostEqual(loaded.highest_deflection()[1], 0)
            self.assertEqual(loaded.highest_shear(), 20)


class TestBothLoads(unittest.TestCase):
    def test_shear_diagram_jumps_at_the_point_load_and_closes(self):
        corners = beam(line_load=10, point_load=20, position=3).shear_diagram()
        self.assertEqual(corners, [(0, 0), (0, 40), (3, 10), (3, -10), (6, -40), (6, 0)])

    def test_moment_is_largest_where_the_shear_force_is_zero(self):
        for position in (0.5, 5.5):
            place, moment = beam(line_load=10, point_load=6, position=position).highest_moment()
            self.assertAlmostEqual(min(place, 6 - place), 2.95)  # from the far support: 30.5 kN / 10 kN/m
            self.assertAlmostEqual(moment, 30.5**2 / (2 * 10))

    def test_effects_add_up(self):
        both, uniform, point = beam(10, 20, 2), beam(line_load=10), beam(point_load=20, position=2)
        for x in (0, 1, 2, 4, 6):
            self.assertAlmostEqual(both.moment(x), uniform.moment(x) + point.moment(x))
            self.assertAlmostEqual(both.deflection(x), uniform.deflection(x) + point.deflection(x))


class TestChecks(unittest.TestCase):
    results = checks(beam(line_load=10), IPE_270, "S235", load_factor=1.5, deflection_ratio=250)

    def test_bending(self):
        # 1.5 x 45 kNm / 428.9 cm³ = 157.4 N/mm² of 235 N/mm²
        self.assertAlmostEqual(self.results["bending"].occurs, 157.4, places=1)
        self.assertAlmostEqual(self.results["bending"].utilisation, 0.670, places=3)

    def test_shear(self):
        # 1.5 x 30 kN / 22.1 cm² = 20.4 N/mm² of 235 / √3 = 135.7 N/mm²
        self.assertAlmostEqual(self.results["shear"].occurs, 20.4, places=1)
        self.assertAlmostEqual(self.results["shear"].allowed, 135.7, places=1)

    def test_deflection_takes_no_load_factor(self):
        # 13.9 mm of 6000 / 250 = 24 mm
        self.assertAlmostEqual(self.results["deflection"].occurs, 13.9, places=1)
        self.assertAlmostEqual(self.results["deflection"].allowed, 24)
