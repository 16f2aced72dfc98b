"""One point of a design, in plain numbers and names."""

from sweeping import SENSITIVITY, design

from dyadsim.sweeps.points import point_at, points_between, points_of

FACTORS = [{**SENSITIVITY, "levels": 2}, {"name": "seconds", "values": [20, 30]}, {"name": "paradigm", "values": ["x"]}]


def test_a_point_has_the_levels_of_its_factors_as_plain_numbers_and_names():
    points = points_of(design(design="grid", points=None, factors=FACTORS))
    point = point_at(points, 3)
    assert point.levels == {"sensitivity": 2.0, "seconds": 30, "paradigm": "x"}
    assert [type(level) for level in point.levels.values()] == [float, int, str]
    assert point.seed is None
    assert points_between(points, 2, 4) == {2: point_at(points, 2), 3: point}


def test_a_point_has_a_seed_where_luck_is_not_common():
    points = points_of(design(design="grid", points=None, factors=FACTORS, common_luck=False))
    assert point_at(points, 1).seed == points["seed"][1]
    assert "seed" not in point_at(points, 1).levels
