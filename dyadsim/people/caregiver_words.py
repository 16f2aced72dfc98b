"""Words for the two who are seen: mother, father, partner or caregiver, and the infant by a name or as "the baby".

All texts of this package are written on one convention: "she" is the mother and "he" the infant. :meth:`Words.said`
rewrites such a text. For a father he becomes "he" and the infant "she", so that the two are still told apart; partner
and caregiver are named where they act ("the caregiver smiles", so that no verb changes) and else "they"; an infant with
a name is called by it, and nobody's gender is guessed.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any, Literal, get_args

from pydantic import SerializerFunctionWrapHandler, field_validator, model_serializer

from ..common import toml_models
from ..common.errors import DyadsimError, unknown

__all__ = ["BOTH", "CAREGIVERS", "LONGEST_NAME", "Caregiver", "Words"]

Caregiver = Literal["mother", "father", "partner", "caregiver"]
CAREGIVERS: tuple[str, ...] = get_args(Caregiver)
"""What she may be called."""
BOTH = "Mothers and their partners are both simulated here, so these words stay as they are."
"""Told where another word was chosen, and would mix up the two."""
LONGEST_NAME = 30
"""Characters of the infant's name."""
_KEPT = 2_000
"""Rewritten texts that are kept, and the most characters that one of them has."""


class Words(toml_models.Written):
    """Words for the two of a dyad.

    Attributes
    ----------
    caregiver : what she is called who is the mother in the texts as they are written.
    infant : his name; empty: "the baby".

    Examples
    --------
    >>> Words(caregiver="father", infant="Mia").said("The baby looks at her.")
    'Mia looks at him.'
    """

    caregiver: Caregiver = "mother"
    infant: str = ""

    @field_validator("caregiver", mode="before")
    @classmethod
    def _is_a_word(cls, word: Any) -> Any:
        if isinstance(word, str) and word not in CAREGIVERS:
            raise unknown("word for the caregiver", word, CAREGIVERS)
        return word

    @field_validator("infant")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        name = unicodedata.normalize("NFC", name.strip())
        letters = "".join(sign for sign in name if unicodedata.category(sign)[0] in "LM")
        if len(name) > LONGEST_NAME or name.strip(" -'’" + letters) or (name and not name[0].isalpha()):
            raise DyadsimError(
                f"The infant's name has at most {LONGEST_NAME} characters (letters, spaces, hyphens, apostrophes) and "
                f"begins with a letter, unlike {name!r:.60}; leave it empty for “the baby”."
            )
        return name

    @model_serializer(mode="wrap")
    def _what_was_chosen(self, written: SerializerFunctionWrapHandler) -> dict[str, str]:
        """Only what was chosen, so that links and files are short."""
        return {name: word for name, word in written(self).items() if word != type(self).model_fields[name].default}

    @property
    def usual(self) -> bool:
        """Whether texts stay as they are written."""
        return self.caregiver == "mother" and not self.infant

    @property
    def names(self) -> dict[str, str]:
        """What lanes and faces are headed with, by ``infant`` and ``caregiver``."""
        return {"infant": self.infant or "Baby", "caregiver": self.caregiver.capitalize()}

    @property
    def remark(self) -> str:
        """Sentence on what the word for her does not change; empty where she is the mother."""
        if self.caregiver == "mother":
            return ""
        return f"The words say {self.caregiver}; the model's figures come from studies of mothers and their infants."

    def said(self, text: str) -> str:
        """A text in these words; it must be written on our convention, and rewritten once only.

        Sentences on pregnancy and breastfeeding, or on mothers and fathers, stay as they are: a mother is meant.
        """
        if self.usual:
            return text
        return _kept(self, text) if len(text) <= _KEPT else _rewritten(self, text)


# Who bears and nurses a child is his mother, whoever is seen with him; and a father beside her is told from her.
_OF_MOTHERS = re.compile(r"\b(?:pregnan|expectant|breastfe|gave birth|fathers?\b)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])(?=\s)")

_STAYS = r"""
    `[^`]*`                                      # code
  | \b(?-i:Mother|Infant|Baby)[-–/](?-i:[A-Z])\w*  # a title or a name
  | \bas\ mothers\ do\b | \bthan\ most\ mothers\b | \ba\ hundred\ mothers\b  # what was found of mothers
  | --mother\b                                    # an option of the shell
"""
_INFANT = r"""
    \b(?:the|her)\ (?-i:baby|infant)\b(?![-–]|\ (?:states?|lane)\b)  # "the baby", "her infant"
  | (?P<joined>\bmother\ and\ )(?:baby|infant)\b
  | (?P<one>\ban?\ (?:baby|infant))(?=\ (?:who|of)\b)  # "an infant who ..." is he, too
  | ^(?:baby|infant)(?=$|:|\ “)  # a label
"""
_MOTHER = r"\b(?P<mother>mother)(?P<many>s?)\b"
_PRONOUN = r"\b(?P<pronoun>she|herself|hers|her|he|himself|him|his)\b"
_ANY = re.compile(rf"(?P<stays>{_STAYS})|(?P<infant>{_INFANT})|{_MOTHER}|{_PRONOUN}", re.IGNORECASE | re.VERBOSE)

_HE = {"she": "he", "her": "him", "her own": "his", "hers": "his", "herself": "himself"}
_SHE = {"he": "she", "him": "her", "his own": "her", "his": "hers", "himself": "herself"}
_THEY = {"her": "them", "her own": "their", "hers": "theirs", "herself": "themselves"}

# "Her" before one of these is whom something is done to ("looks at her and smiles"), before all else it is whose
# something is ("her face"); so, too, "his" stands alone or says whose ("her pace and his differ").
_NOT_OWNED = frozenset(
    re.findall(
        r"\w+",
        """
        a about across after again against all alone along also although among an and any anything are
        around as at away back because before behind beside besides better between beyond both but by
        can could did do does during each either elsewhere enough even every everything except for from
        grows had has he helps here him his how if in into is it just less lest like makes many may meanwhile might
        more most much must near nearby never nor not nothing now of off often on once or out over
        rather ripens she should shows since so some something soon than that the them then there these
        they this those though through till to today together too toward towards twice under unless
        unlike until up upon via was were what when whenever where whether which while who whom whose
        why will with within without would yet you
        """,
    )
)
# After "makes her" or "sees her" comes what she does.
_MADE_TO = re.compile(
    r"\b(?:hear|hears|help|helps|helped|helping|let|lets|make|makes|made|see|sees|watch|watches) $", re.IGNORECASE
)
_DONE = frozenset(
    re.findall(
        r"\w+",
        """
        act ask attend be begin calm come do feel find follow get give go have hear hold know learn
        leave less listen look meet move notice play put read rest say see settle share sit sleep speak
        stay stop take talk think try turn understand wait watch
        """,
    )
)
_NEXT = re.compile(r" ([\w’'-]+)")


@functools.lru_cache(maxsize=_KEPT)
def _kept(words: Words, text: str) -> str:
    return _rewritten(words, text)


def _rewritten(words: Words, text: str) -> str:
    return "".join(
        sentence if _OF_MOTHERS.search(sentence) else _ANY.sub(functools.partial(_otherwise, words), sentence)
        for sentence in _SENTENCE.split(text)
    )


def _otherwise(words: Words, found: re.Match[str]) -> str:
    """What stands in a text instead of what was found in it, with a capital where that had one."""
    if found["stays"]:
        return found[0]
    if found["infant"]:
        said = _infant(words, found)
    elif found["mother"]:
        said = words.caregiver + found["many"].lower()
    else:
        said = _pronoun(words, found)
    return said[:1].upper() + said[1:] if found[0][0].isupper() else said


def _infant(words: Words, found: re.Match[str]) -> str:
    """What "the baby" becomes: the name, where there is one."""
    if found["joined"]:
        return f"{words.caregiver} and {words.infant or found[0].rpartition(' ')[2]}"
    if not words.infant:
        article, _, noun = found[0].rpartition(" ")
        return f"{_pronoun_of(words, 'her own')} {noun}" if article.lower() == "her" else found[0]
    return f"{words.infant}, {found['one'].lower()}" if found["one"] else words.infant


def _pronoun(words: Words, found: re.Match[str]) -> str:
    pronoun = found[0].lower()
    if pronoun in ("her", "his") and _says_whose(found, pronoun):
        pronoun += " own"
    return _pronoun_of(words, pronoun)


def _pronoun_of(words: Words, pronoun: str) -> str:
    """Another word for a pronoun; "her own" and "his own" stand for those that say whose something is."""
    if pronoun.startswith(("she", "her")):
        if words.caregiver == "mother":
            return pronoun.partition(" ")[0]
        if words.caregiver == "father":
            return _HE[pronoun]
        return _THEY.get(pronoun) or f"the {words.caregiver}"
    if words.infant:
        return {"his": f"{words.infant}'s", "his own": f"{words.infant}'s", "himself": "themselves"}.get(
            pronoun, words.infant
        )
    return _SHE[pronoun] if words.caregiver == "father" else pronoun.partition(" ")[0]


def _says_whose(found: re.Match[str], pronoun: str) -> bool:
    """Whether "her" or "his" stands before what is hers or his."""
    text, end = found.string, found.end()
    follows = _NEXT.match(text, end)
    if follows is None:
        return False
    word = follows[1].lower()
    if word in _NOT_OWNED:
        return False
    return not (pronoun == "her" and word in _DONE and _MADE_TO.search(text, 0, found.start()))
