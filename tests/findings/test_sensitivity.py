"""What raters see of a mother, and a finding on being mirrored that fails where nobody is answered."""

import numpy as np
import pytest

from dyadsim.findings.agreement import correlation
from dyadsim.findings.registry import finding_of
from dyadsim.findings.sensitivity import rated_style
from dyadsim.findings.session_studies import SessionStudies
from dyadsim.theory.coefficients import Coefficients


@pytest.mark.parametrize(("style", "icc"), [("positive regard", 0.73), ("detachment", 0.81), ("intrusiveness", 0.57)])
def test_two_raters_of_one_style_agree_as_much_as_published(style, icc):
    """r of 4,000 dyads; its standard error is below .011."""
    share = np.random.default_rng(1).beta(2, 5, 4000)
    studies = SessionStudies(4000, seed=1)
    one, other = (rated_style(studies, style, share, epoch) for epoch in (0, 1))
    assert correlation(one, other) == pytest.approx(icc, abs=0.04)
    assert (rated_style(studies, style, share) == one).all()


def test_infants_of_mothers_who_never_answer_tell_no_replay():
    answered = Coefficients.default().replace({"mother_contingency": 0.0})
    said = finding_of("N015", "interaction")(SessionStudies(300, seed=1, coefficients=answered))
    assert [part.value for part in said.parts] == [0.0] * 4  # live and replay are the same to the bit
    assert not said.holds
