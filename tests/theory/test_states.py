"""What each match scheme is said to mean, beside what it counts."""

import dyadsim as ds
from dyadsim.theory.states import ICEP, SCHEME_MEANS, SCHEMES


def matches(scheme):
    """Pairs of states that match."""
    infant, mother = ds.match_scheme(scheme).matrix.nonzero()
    return {(ICEP.infant_names[i], ICEP.mother_names[m]) for i, m in zip(infant, mother, strict=True)}


def test_each_scheme_says_what_it_counts_in_a_sentence():
    assert [*SCHEME_MEANS] == [*SCHEMES]
    for says in SCHEME_MEANS.values():
        assert says.startswith("A match is")
        assert says.endswith(".")
        assert says.count(". ") == 0


def test_what_the_sentences_say_is_what_is_counted():
    watched = {("monitor", "neutral"), ("monitor", "vocal")}  # "he looks at her while she watches him or talks to him"
    assert matches("strict") == {("positive", "positive")} | watched
    assert matches("joint-attention") == matches("strict") | {("object", "neutral"), ("object", "vocal")}
    smiles = {("positive", "positive"), ("positive", "vocal")}
    assert matches("affect") == smiles | watched | {("protest", "negative"), ("withdrawn", "negative")}
    sign = {one.name: one.valence for one in ICEP.infant}, {one.name: one.valence for one in ICEP.mother}
    assert matches("valence") == {(i, m) for i in sign[0] for m in sign[1] if sign[0][i] == sign[1][m]}
