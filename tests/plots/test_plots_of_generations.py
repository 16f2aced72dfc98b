"""Pictures of generations show the numbers of the tables, and lineages as they are, a user's too."""

import pandas as pd
import pytest
from generating import small
from matplotlib.patches import Circle, Polygon, Rectangle

import dyadsim as ds
from dyadsim import plots
from dyadsim.reports import generation_report


@pytest.fixture(scope="module")
def results():
    return small().run(workers=1)


def own(**columns):
    """A user's lineage: two couples, three children, two grandchildren."""
    table = {
        "id": [1, 2, 3, 4, 5, 6, 7, 8, 9],
        "mother": [-1, -1, -1, -1, 1, 1, 3, 5, 5],
        "father": [-1, -1, -1, -1, 2, 2, 4, 7, 7],
        "generation": [0, 0, 0, 0, 1, 1, 1, 2, 2],
        "community": 0,
        "attachment": ["", "", "", "", "secure", "avoidant", "disorganised", "resistant", "secure"],
    }
    return ds.Lineage.of(pd.DataFrame({**table, **columns}))


def texts(axes):
    return [text.get_text() for text in axes.texts]


def shapes(figure, kind):
    return [patch for patch in figure.axes[0].patches if type(patch) is kind]


def labels(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_every_picture_is_drawn_and_says_what_it_is_not_for(results):
    drawn = generation_report.pictures(results)
    assert list(drawn) == ["cycles", "transmission", "shares", "lineages", "gap", "follow_up", "ways"]
    for words, figure in drawn.values():
        assert len(words) > 8
        assert len(plots.png(figure, dpi=30)) > 2_000
        assert "teaching" in figure.get_supxlabel()


def test_cycles_broken_are_as_visible_as_those_kept(results):
    table = results.cycles()
    figure = plots.cycles(table)
    arms = ["as declared", "twin", "without the care he met", "exchanged in generation 2"]
    for axes, what in zip(figure.axes, ("maltreatment", "insecure attachment"), strict=True):
        rows = table[(table["what"] == what)].set_index("arm").loc[arms]
        said = texts(axes)
        broken, kept = ("not maltreated", "maltreated") if what == "maltreatment" else ("secure", "not secure")
        for row in rows.to_dict("records"):
            assert f"{100 * row['broken']:.0f} {broken}" in said
            assert f"{100 * row['kept']:.0f} {kept}" in said
        assert [bar.get_width() for bar in axes.containers[0]] == pytest.approx(list(rows["broken"]))
        assert len({text.get_fontsize() for text in axes.texts}) == 1
    assert labels(figure)[:2] == ["cycle broken", "cycle kept"]


def test_the_matrix_says_shares_intervals_and_what_would_be_if_nothing_were_handed_on(results):
    table = results.transmission()
    own_axes, flat = plots.transmission_matrix(table).axes
    for row in table.to_dict("records"):
        assert f"{row['share']:.0%}\n{row['low']:.0%} to {row['high']:.0%}" in texts(own_axes)
        assert texts(flat).count(f"{row['all']:.0%}") >= 4
    absent = table.assign(share=table["share"].where(table["parent"] != "resistant"))
    assert texts(plots.transmission_matrix(absent).axes[0]).count("–") == 4


def test_the_gap_is_of_the_last_generation_beside_the_published_share(results):
    gap = results.gap()
    figure = plots.transmission_gap(gap)
    axes = figure.axes[0]
    rows = gap[gap["generation"] == 3]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(list(100 * rows["slope"]))
    assert "100%" in texts(axes)
    assert labels(figure)[0] == "published: sensitivity carries 25% of the whole (F144)"
    whole = rows.set_index("way").loc["whole", "slope"]
    marked = next(line for line in axes.lines if line.get_marker() == "D")
    assert marked.get_xdata()[0] == pytest.approx(25 * whole)
    assert plots.transmission_gap(gap, generation=2).axes[0].get_title("left") == "Generation 2"


def test_classes_stand_by_generation_and_where_they_come_to_rest(results):
    rest = pd.Series({"secure": 0.6, "avoidant": 0.2, "resistant": 0.1, "disorganised": 0.1})
    shares = results.shares()
    figure = plots.classes_by_generation(shares, rest)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    declared = shares[shares["arm"] == "as declared"]
    assert lines["as declared"].get_ydata() == pytest.approx(declared["secure"].to_numpy())
    assert "twin without the care he met" not in lines
    assert any("come to rest" in name for name in lines)
    assert len(plots.classes_by_generation(shares).axes[4].lines) == 4


def test_what_was_offered_is_followed_on_and_by_ways(results):
    table = results.follow_up()
    panels = plots.follow_up(table).axes
    assert [axes.get_title("left") for axes in panels][:2] == ["her sensitivity", "her state of mind"]
    shown = [line.get_ydata().tolist() for line in panels[0].lines if line.get_marker() == "s"]
    rows = table[(table["arm"] == "as declared") & (table["whose"] == "offered") & (table["outcome"] == "sensitivity")]
    assert shown[0] == pytest.approx(rows["difference"].tolist())
    ways = plots.follow_up_by_way(table)
    assert labels(ways) == ["as declared", "without the care he met"]
    alone = plots.follow_up_by_way(table[table["whose"] == "all"])  # as where it was offered to all
    assert len(alone.axes) == 3


def test_a_lineage_is_chosen_by_numbers_and_drawn_whole(results):
    lineage = results.lineage()
    figure = plots.pedigree(lineage)
    axes = figure.axes[0]
    assert axes.get_title("left").startswith("The first 4 lineages by the numbers of the persons")
    assert {"generation 0", "generation 3"} <= set(texts(axes))
    first = lineage.table.index[0]
    one = plots.pedigree(lineage, most=1)
    drawn = [letter for letter in texts(one.axes[0]) if letter in list("SARD")]
    below = lineage.descendants(first)
    assert len(drawn) >= len(below)  # and those with whom they have children
    rings = [patch for patch in axes.patches if patch.get_facecolor()[3] == 0]
    assert ("dashed ring: was maltreated as a child" in labels(figure)) == bool(rings)


def test_a_users_lineage_has_letters_beside_colours_and_shapes_by_who_is_a_mother():
    figure = plots.pedigree(own())
    axes = figure.axes[0]
    letters = [text.get_text() for text in axes.texts if len(text.get_text()) == 1]
    assert sorted(letters) == ["A", "D", "R", "S", "S"]
    assert len(shapes(figure, Circle)) == 2  # the mothers 1 and 5; the lineage of 3 has a descendant of 1
    assert len(shapes(figure, Rectangle)) == 2
    assert len(shapes(figure, Polygon)) == 3  # children of whom nothing says which
    assert "not known which" in labels(figure)
    figure = plots.pedigree(own(sex=[None] * 4 + ["daughter", "son", "son", "son", "daughter"]), family_of=8)
    assert figure.axes[0].get_title("left") == "Ancestors and descendants of person 8"
    assert len(shapes(figure, Circle)) == 3
    assert len(shapes(figure, Rectangle)) == 4


def test_many_children_and_generations_are_told_and_not_squeezed():
    many = {"id": range(9), "mother": [-1, *[0] * 8], "father": -1, "generation": [0, *[1] * 8], "community": 0}
    figure = plots.pedigree(ds.Lineage.of(pd.DataFrame(many)))
    assert "+4" in texts(figure.axes[0])
    assert "children not drawn" in labels(figure)
    rows, generation = [(0, -1, 0)], 0
    for generation in range(1, 6):
        before = [number for number, _, of in rows if of == generation - 1]
        rows += [(len(rows) + k, parent, generation) for k, parent in enumerate(p for p in before for _ in range(3))]
    table = pd.DataFrame(rows, columns=["id", "mother", "generation"]).assign(father=-1, community=0)
    figure = plots.pedigree(ds.Lineage.of(table))
    assert "as many generations as there is room for" in figure.axes[0].get_title("left")
    assert "generation 5" not in texts(figure.axes[0])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"family_of": 99}, "There is no person 99"),
        ({"most": 0}, "number of lineages must be a whole number from 1 to 20"),
    ],
)
def test_what_cannot_be_drawn_gets_a_sentence(asked, says):
    with pytest.raises(ds.DyadsimError, match=says):
        plots.pedigree(own(), **asked)
    alone = ds.Lineage.of(pd.DataFrame({"id": [1], "mother": -1, "father": -1, "generation": 0, "community": 0}))
    with pytest.raises(ds.DyadsimError, match="Nobody in this lineage has a parent"):
        plots.pedigree(alone)
