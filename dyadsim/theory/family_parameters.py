"""The parameters of families and communities: the second caregiver, ties between mothers, what ties give, groups.

Each is described once, here; the values stand in ``data/families.toml``, with what they rest on. What nobody has
measured is *assumed*; what was measured in others than mothers of infants is borrowed from them, and says so.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from ..common.files import package_data
from .parameters import Parameter, ParameterValues
from .traits import ASSUMED

__all__ = ["FAMILY_PARAMETERS", "FamilyParameters"]

_ARROW = "standard scores per standard score"
_WEEKLY = "chance a week"
_STUDENTS = "borrowed from students who were strangers"

_PARTNERS = (
    ("families with a partner", 0, 1, "share", "families in which there is a second caregiver", "F269"),
    ("alike", -1, 1, "correlation", "how alike two caregivers of an infant are in what they bring", ASSUMED),
    ("alike sensitivity", -1, 1, "correlation", "how alike they are in sensitivity", "F110 (size assumed)"),
    ("alike couple", -1, 1, "correlation", "how alike they see what there is between them", ASSUMED),
    ("alike vulnerability", -1, 1, "correlation", "how alike they are in vulnerability", "F098, F103"),
    ("partner on depression", -2, 2, "standard scores", "how far a partner's depression lies from hers", "F092, F137"),
    ("partner on sensitivity", -2, 2, "standard scores", "how far a partner's sensitivity lies from hers", ASSUMED),
    ("usual share of care", 0, 1, "share", "of the care that a partner has where nothing else is said", ASSUMED),
    ("spread of care", 0, 0.3, "share", "a standard deviation between families in that share", ASSUMED),
)
_BETWEEN = (
    ("partner depression -> depression", 0, 1, "how far one caregiver's depression raises the other's", "F103, F098"),
    ("partner couple -> couple", 0, 0.9, "how far what one sees in the couple raises what the other sees", ASSUMED),
    ("coparenting -> couple", 0, 1, "how far caring as a team raises what they see in the couple", "F128 (size assumed)"),
    ("coparenting -> stress", 0, 1, "how far caring as a team lowers stress", ASSUMED),
    ("coparenting -> regulatory_symptoms", 0, 1, "how far it lowers the infant's regulatory symptoms", "F125"),
    ("couple -> coparenting", 0, 1, "how far the couple raises caring as a team", "F128 (size assumed)"),
    ("depression -> coparenting", 0, 1, "how far a caregiver's depression lowers caring as a team", "F127"),
    ("vulnerability -> partner depression", 0, 1, "how far vulnerability raises a partner's depression, beside what it does to all", "F105"),
    ("couple -> partner depression", -1, 1, "how far the couple lowers a partner's depression, beside what it does to all", "F104"),
    ("couple -> partner bonding", 0, 1, "how far the couple raises a partner's bond", "F135"),
    ("coparenting -> partner bonding", 0, 1, "how far caring as a team raises a partner's bond", "F130"),
    ("care -> partner self_efficacy", 0, 1, "how far his share of care raises a partner's trust in doing it", "F136"),
    ("self_efficacy -> partner depression", 0, 1, "how far that trust lowers a partner's depression", "F136"),
    ("care -> stress", 0, 1, "how far the other's share of care lowers a caregiver's stress", ASSUMED),
    ("depression -> care, compensating", 0, 1, "how far her depression raises his share at first, if the couple gets on", "F119"),
    ("depression -> care, spilling over", 0, 1, "how far it lowers his share else, and later", "F119"),
)  # fmt: skip
_TIME = (
    ("rate of care", 0.001, 1, "share a week", "how fast his share of care returns to its level", ASSUMED),
    ("rate of coparenting", 0.001, 1, "share a week", "how fast caring as a team returns to its level", "F128 (size assumed)"),
    ("lasting coparenting", 0, 1, "share", "of what is their own in caring as a team that does not change", "F128 (size assumed)"),
    ("depressed from", -4, 4, "standard scores", "a caregiver's depression from which weeks count", ASSUMED),
    ("compensating for", 0, 520, "weeks", "for which a partner makes up for it", "F119"),
    ("couple gets on from", -4, 4, "standard scores", "the couple from which they get on", ASSUMED),
)  # fmt: skip
_STATUS = (
    ("single-parenthood -> depression", -2, 2, "standard scores", "what raising him alone does by itself: tested as zero", "F272"),
    ("migration -> depression", -2, 2, "standard scores", "what having migrated does by itself: tested as zero", "F277"),
    ("partner-violence -> stress", -2, 2, "standard scores", "what violence does to stress, beside what it does to the couple and to trauma", "F280 (the way assumed)"),
    ("poverty -> reflective_functioning", -2, 2, "standard scores", "what poverty, with little schooling, does to thinking of him", "F291 (the way assumed)"),
    ("poverty -> sensitivity", -2, 2, "standard scores", "what poverty does by itself: tested as zero", "F293"),
)  # fmt: skip
_OUTSIDE = (
    ("kin", 0, 40, "persons", "kin with whom she is in touch, on average", "F040 (half of ten)"),
    ("friends", 0, 40, "persons", "friends out of the community, on average", "F040 (half of ten)"),
    ("professionals", 0, 40, "persons", "professionals with whom she is in touch, on average", ASSUMED),
    ("spread of ties", 1, 20, "variance over mean", "how much mothers differ in their number", "borrowed from other adults"),
    ("kin counted on", 0, 1, "share", "kin on whom she can count", "F015"),
    ("friends counted on", 0, 1, "share", "friends out of the community on whom she can count", "F015"),
    ("professionals counted on", 0, 1, "share", "professionals on whom she can count", "F045"),
    ("kin after birth", 0, 4, "times", "how many times as many kin she can count on in the year after birth", "F001 (size assumed)"),
    ("kin in need", 0, 2, "share per standard score", "how far more kin help a depressed mother", "F041 (size assumed)"),
    ("friends lost at birth", 0, 0.2, _WEEKLY, "that a friend without infants is lost, for three months", "F009, F050 (size assumed)"),
    ("migrants' kin", 0, 1, "share", "of the usual number of kin and friends that are near who has come anew", ASSUMED),
    ("weeks here", 0, 520, "weeks", "for which mothers have lived in their community before birth", ASSUMED),
    ("migrants' weeks here", 0, 520, "weeks", "for which those who have come anew have", ASSUMED),
)  # fmt: skip
_TIES = (
    ("meeting in a group", 0, 0.5, _WEEKLY, "that one of two strangers who meet in a group comes to count the other a tie", f"F022, {_STUDENTS}"),
    ("meeting in a community", 0, 0.1, _WEEKLY, "that one of two strangers of a community does, with infants", "F009 (size assumed)"),
    ("meeting before birth", 0, 4, "times", "that as many times as often before birth", "F009 (size assumed)"),
    ("shared friend", 1, 50, "odds", "how many times larger the odds are with a tie to the same third", f"F027, half of it, {_STUDENTS}"),
    ("named already", 1, 100, "odds", "how many times larger they are towards who has the tie already", f"F028, {_STUDENTS}"),
    ("room for ties", 0.5, 40, "ties", "in the community with which a mother seeks new ones half as much", f"F023, {_STUDENTS}"),
    ("alike in status", 1, 20, "odds", "how many times larger they are between mothers of one status", f"F032, F033, {_STUDENTS}"),
    ("depression keeps away", 0, 2, "share per standard score", "how far her depression lowers the odds that she makes a tie", ASSUMED),
    ("loss of a new tie", 0, 0.2, _WEEKLY, "that a tie of up to two months ends", f"F024, {_STUDENTS}"),
    ("loss of a young tie", 0, 0.2, _WEEKLY, "that a tie of two months ends", f"F025, {_STUDENTS}"),
    ("loss of an old tie", 0, 0.2, _WEEKLY, "that an old tie ends", "borrowed from core ties of other adults"),
    ("ties grow old in", 1, 520, "weeks", "in which what a young tie loses more than an old one halves", "F011"),
    ("both ways", 0, 1, "times", "how many times as often a tie ends that goes both ways", ASSUMED),
    ("hours with a tie", 0, 40, "hours a week", "together of two who have a tie, as one of them has it", "F017, F018 (pace assumed)"),
    ("hours of a session", 0, 10, "hours", "together in a session of a group", ASSUMED),
    ("hours to a casual friend", 0, 400, "hours", "together until a tie counts as a casual friend", "F017"),
    ("hours to a friend", 0, 400, "hours", "together until it counts as a friend", "F018"),
    ("casual friends counted on", 0, 1, "share", "casual friends on whom she can count", ASSUMED),
    ("close friends counted on", 0, 1, "share", "friends of the community on whom she can count", "F015"),
    ("seats of a group", 2, 40, "mothers", "in a group", ASSUMED),
)  # fmt: skip
_SUPPORT = (
    ("persons for support", 0.1, 10, "persons", "on whom she can count, that give half of what any number gives", "F020"),
    ("persons -> support", 0, 0.95, _ARROW, "how much of perceived support are the persons on whom she can count", "F020"),
    ("persons -> depression", 0, 1, _ARROW, "how far they lower depression by themselves", "F020, F021"),
    ("partner counted on from", -4, 4, "standard scores", "the couple from which she can count on her partner", ASSUMED),
    ("depression -> support", 0, 1, _ARROW, "how far depression lowers perceived support", "F077"),
    ("support -> depression", 0, 1, _ARROW, "how far perceived support lowers depression, beside what it does to all", "F076"),
    ("couple -> support, by persons", 0, 1, _ARROW, "how much of what the couple does for support comes by counting on the partner", ASSUMED),
    ("stress -> bonding, less before birth", 0, 1, _ARROW, "how much less stress lowers her bond to the expected child", "F043 (size assumed)"),
    ("support -> bonding, before birth", 0, 1, _ARROW, "how far support raises her bond to the expected child", "F043 (size assumed)"),
    ("own support", 0, 1.5, "share", "of what is her own in perceived support that is left beside ties", ASSUMED),
    ("company -> loneliness", 0, 1, _ARROW, "how far having less company than she wants raises loneliness", "F048"),
    ("company of a session", 0, 20, "ties", "that a week's session of a group is worth as company", "F069 (size assumed)"),
    ("no partner -> loneliness", 0, 3, "standard scores", "how much lonelier she is without a partner to count on", "F048"),
    ("density -> loneliness", 0, 2, "standard scores", "how much less lonely she is where all her ties know one another", "F044 (size assumed)"),
    ("depression -> loneliness", 0, 1, _ARROW, "how far depression raises loneliness", "F062 (size assumed)"),
    ("loneliness -> depression, lonely", 0, 1, _ARROW, "how much more loneliness raises depression in who is lonely", ASSUMED),
    ("communities differ", 0, 0.5, "share", "of the variance of depression that lies between communities", ASSUMED),
    ("own loneliness", 0, 1.5, "share", "of what is her own in loneliness that is left beside ties", ASSUMED),
    ("own depression", 0, 1.5, "share", "of what is her own in depression that is left beside ties and a partner", ASSUMED),
    ("own couple", 0, 1.5, "share", "of what is her own in the couple that is left beside a partner", ASSUMED),
    ("own stress", 0, 1.5, "share", "of what is her own in stress that is left beside a partner", ASSUMED),
    ("own partner depression", 0, 1.5, "share", "of what is a partner's own in depression that is left beside her", ASSUMED),
    ("well friend", 1, 3, "times", "how many times as fast a depressed mother recovers with each well friend", "F064 (half of it, adolescents)"),
    ("well friends count to", 0, 20, "persons", "up to which well friends add", "F064"),
    ("well below", -4, 4, "standard scores", "the depression below which a friend is well", ASSUMED),
)  # fmt: skip
_USUAL = (
    ("usual persons", -5, 5, "standard scores", "mean over a community of what persons give", "made from the rest"),
    ("spread of persons", 0.01, 5, "standard scores", "its standard deviation", "made from the rest"),
    ("usual company", -40, 40, "persons", "mean over a community of the ties that a mother has", "made from the rest"),
    ("spread of company", 0.01, 40, "persons", "its standard deviation", "made from the rest"),
    ("usual partner", 0, 1, "share", "of mothers of a community who can count on a partner", "made from the rest"),
    (
        "usual density",
        0,
        1,
        "share",
        "mean over a community of how far her ties know one another",
        "made from the rest",
    ),
)


def _described() -> Iterator[Parameter]:
    """Every parameter of families, group by group."""
    for group, described in (
        ("partners", _PARTNERS),
        ("time", _TIME),
        ("status", _STATUS),
        ("outside", _OUTSIDE),
        ("ties", _TIES),
        ("support", _SUPPORT),
        ("usual", _USUAL),
    ):
        for name, low, high, unit, meaning, source in described:
            yield Parameter(name, group, low, high, unit, meaning, source)
        if group == "partners":
            for name, low, high, meaning, source in _BETWEEN:
                yield Parameter(name, "between", low, high, _ARROW, meaning, source)


FAMILY_PARAMETERS: dict[str, Parameter] = {each.name: each for each in _described()}
"""Every parameter of families and communities, by name."""


class FamilyParameters(ParameterValues):
    """Values of all parameters of families and communities, by name.

    Parameters
    ----------
    values : all of :data:`FAMILY_PARAMETERS`, by name.

    Raises
    ------
    DyadsimError
        if a parameter is missing, unknown or out of range.

    Examples
    --------
    >>> ds.FamilyParameters.default().replace({"seats of a group": 6})
    """

    KNOWN = FAMILY_PARAMETERS
    OF = "families"

    @classmethod
    @functools.cache
    def default(cls) -> FamilyParameters:
        """The shipped values (``data/families.toml``)."""
        groups = tomllib.loads(package_data("families.toml").read_text("utf-8"))["parameters"]
        return cls({name: value for group in groups.values() for name, value in group.items()})

    def replace(self, changes: Mapping[str, Any]) -> FamilyParameters:
        """Parameters of families with some values changed.

        Parameters
        ----------
        changes : by name, in the unit and range that :data:`FAMILY_PARAMETERS` says.

        Raises
        ------
        DyadsimError
            for an unknown name or a value out of range.
        """
        return FamilyParameters(self.changed(changes))

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, FamilyParameters) else super().__eq__(other)

    def __hash__(self) -> int:
        return hash(tuple(self._values.items()))
