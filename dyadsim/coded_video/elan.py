"""ELAN: annotation files (.eaf), read with pympi; its text exports are read in ``elan_exports.py``.

Times are those of ELAN (ms). Annotations of tiers that refer to others have the times of those they refer to; several
that refer to one divide its time evenly, as ELAN shows them. So are times divided where a slot has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

import numpy as np
import pandas as pd
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from pympi.Elan import Eaf

from ..common.delimited_text import MOST_BYTES, beginning_of
from ..common.errors import DyadsimError, quoted, twice
from .coding import EVENTS, Coding, Reader
from .elan_exports import EXPORTS, tier_name

__all__ = ["READERS"]

_LAYOUT = "ELAN, annotation file"
_ROOT = "ANNOTATION_DOCUMENT"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
_DEEPEST = 20  # elements in elements; ELAN has 6
_MOST_ELEMENTS = 500_000  # a file of ELAN as large as may be has fewer
_NEEDED = {
    "TIME_SLOT": ("TIME_SLOT_ID",),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"),
    "REF_ANNOTATION": ("ANNOTATION_ID", "ANNOTATION_REF"),
}

Span = tuple[float, float]


class _InMemory(str):
    """Content that pympi reads as from a file, so that nothing is left on any disk: it takes paths only."""

    content: BytesIO

    def __str__(self) -> str:
        return self

    def read(self, size: int = -1) -> bytes:
        return self.content.read(size)


def _knows(name: str, content: bytes) -> bool:
    return name.lower().endswith(".eaf") or f"<{_ROOT}" in beginning_of(content)


def _read(name: str, content: bytes, fps: float | None) -> Coding:
    """Coding of an annotation file."""
    root = _checked(name, content)
    from_vocabulary = _fill_from_vocabulary(root)
    eaf = _eaf(name, root)
    spans, divided = _spans(name, eaf)
    rows, without = [], 0
    for tier, (aligned, references, attributes, _) in eaf.tiers.items():
        shown = tier_name(tier, attributes.get("PARTICIPANT"))
        for annotation, value in [(a, aligned[a][2]) for a in aligned] + [(r, references[r][1]) for r in references]:
            code = " ".join(value.split())
            without += not code
            if not code:
                continue
            begin, end = spans[annotation]
            offset = end / 1000 if end != begin else np.nan
            rows.append(("", "", shown, code, begin / 1000, offset, _place(annotation, tier)))
    counted = (
        (from_vocabulary, "have their code from the file's vocabulary"),
        (divided, "have no times of their own and evenly divide those of what they belong to"),
        (without, "hold no code and are left out"),
    )
    remarks = tuple(f"Of the annotations, {number:,} {what}." for number, what in counted if number)
    tiers = tuple(tier_name(tier, eaf.tiers[tier][2].get("PARTICIPANT")) for tier in eaf.tiers)
    return Coding(name, _LAYOUT, pd.DataFrame(rows, columns=list(EVENTS)), remarks=remarks, tiers=tiers)


def _place(annotation: str, tier: str) -> str:
    """Where an annotation is, for messages."""
    return f"annotation {quoted(annotation, 40)} of the tier {quoted(tier)}"


def _checked(name: str, content: bytes) -> Element:
    """Root of the file, of which every part that is read has what it needs."""
    root = _parsed(name, content)
    if root.tag != _ROOT:
        raise DyadsimError(f"'{name}' is no ELAN file: it begins with <{root.tag[:40]}>, not with <{_ROOT}>.")
    slots = []
    for slot in root.findall("./TIME_ORDER/*"):
        if slot.tag != "TIME_SLOT":
            raise DyadsimError(f"'{name}' is no file that ELAN would write: a {slot.tag[:40]} stands among time slots.")
        _need(name, slot)
        slots.append(slot.attrib["TIME_SLOT_ID"])
        value = slot.get("TIME_VALUE")
        if value is not None and not (value.isascii() and value.isdecimal() and len(value) < 15):
            which = quoted(slots[-1], 40)
            raise DyadsimError(f"'{name}', time slot {which}: {quoted(value)} is no time in whole milliseconds.")
    tiers = root.findall("./TIER")
    annotations = [each for tier in tiers for each in _annotations(tier)]
    for each in annotations:
        _need(name, each)
    for tier in tiers:
        if not tier.get("TIER_ID"):
            tier.set("TIER_ID", tier.get("PARTICIPANT") or "")
        if not tier.attrib["TIER_ID"]:
            raise DyadsimError(f"'{name}' has a tier without a name (TIER_ID).")
    for what, names in (
        ("time slots", slots),
        ("tiers", [tier.attrib["TIER_ID"] for tier in tiers]),
        ("annotations", [each.attrib["ANNOTATION_ID"] for each in annotations]),
    ):
        if (double := twice(names)) is not None:
            raise DyadsimError(f"'{name}' has two {what} named {quoted(double)}.")
    known = {*slots}
    for tier in tiers:
        for each in tier.iterfind("./ANNOTATION/ALIGNABLE_ANNOTATION"):
            for which in (each.attrib["TIME_SLOT_REF1"], each.attrib["TIME_SLOT_REF2"]):
                if which not in known:
                    place = _place(each.attrib["ANNOTATION_ID"], tier.attrib["TIER_ID"])
                    raise DyadsimError(f"'{name}', {place}: there is no time slot {quoted(which)}.")
    return root


def _parsed(name: str, content: bytes) -> Element:
    """Root of XML that is neither hostile, nor too deep, nor too large."""
    if len(content) > MOST_BYTES:
        raise DyadsimError(f"'{name}' is too large: {MOST_BYTES:,} bytes is the most.")
    if not content.strip():
        raise DyadsimError(f"'{name}' is empty.")
    depth = elements = 0
    parts = iterparse(BytesIO(content), events=("start", "end"))
    try:
        for event, part in parts:
            elements += event == "start"
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST or elements > _MOST_ELEMENTS:
                what = f"is nested more than {_DEEPEST} deep" if depth > _DEEPEST else "has too many elements"
                raise DyadsimError(f"'{name}' is no ELAN file: its XML {what}.")
            root = part
    except DyadsimError:
        raise
    except DefusedXmlException:
        raise DyadsimError(
            f"'{name}' is refused: it declares entities, which no file of ELAN does and which can do harm."
        ) from None
    except (ParseError, ValueError, LookupError) as error:  # LookupError: of an encoding that does not exist
        raise DyadsimError(f"'{name}' is cut off, or no file of ELAN: {str(error)[:120]}.") from None
    return root  # what ends last


def _annotations(tier: Element) -> Iterator[Element]:
    """Annotations of a tier, of either kind."""
    for each in tier.iterfind("./ANNOTATION/*"):
        if each.tag in _NEEDED:
            yield each


def _need(name: str, element: Element) -> None:
    """Refuse an element that lacks what every one of its kind has."""
    for attribute in _NEEDED[element.tag]:
        if not element.get(attribute):
            which = quoted(element.get("ANNOTATION_ID", ""), 40)
            raise DyadsimError(f"'{name}': a {element.tag} ({which}) lacks its {attribute}.")
    named = element.attrib[_NEEDED[element.tag][0]]
    if not re.fullmatch(r"\D*\d{1,15}\D*", named, re.ASCII):  # pympi counts on by it
        raise DyadsimError(
            f"'{name}': the name {quoted(named, 40)} of a {element.tag} has not one number, as ELAN's do."
        )


def _fill_from_vocabulary(root: Element) -> int:
    """Give annotations without a text that of the entry in the vocabulary which they name; how many there are."""
    entries = {
        entry.get("CVE_ID"): value.text or ""
        for entry in root.iterfind("./CONTROLLED_VOCABULARY/CV_ENTRY_ML")
        if (value := entry.find("CVE_VALUE")) is not None
    }
    filled = 0
    for annotation in (each for tier in root.iterfind("./TIER") for each in _annotations(tier)):
        text = annotation.findtext("ANNOTATION_VALUE", "")
        known = entries.get(annotation.get("CVE_REF"), "")
        filled += not text.strip() and bool(known.strip())
        for child in [*annotation]:
            annotation.remove(child)
        SubElement(annotation, "ANNOTATION_VALUE").text = text if text.strip() else known
    return filled


def _eaf(name: str, root: Element) -> Any:
    """What pympi reads of the times and tiers of a file that was checked."""
    for child in [*root]:
        if child.tag not in ("TIME_ORDER", "TIER"):
            root.remove(child)
    root.attrib = {_SCHEMA: "", **root.attrib}  # pympi needs it
    path = _InMemory(name)
    path.content = BytesIO(tostring(root, encoding="utf-8"))
    try:
        return Eaf(path, suppress_version_warning=True)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise DyadsimError(
            f"'{name}' is no file that ELAN would write: pympi finds a fault ({error!r:.120})."
        ) from None


def _spans(name: str, eaf: Any) -> tuple[dict[str, Span], int]:
    """Begin and end (ms) of every annotation, and how many have them from others."""
    spans: dict[str, Span] = {}
    divided = 0
    for tier, (aligned, *_) in eaf.tiers.items():
        times, given = _times(eaf.timeslots, [aligned[annotation][:2] for annotation in aligned])
        for annotation in aligned:
            begin, end = (times.get(slot) for slot in aligned[annotation][:2])
            if begin is None or end is None:
                raise DyadsimError(f"'{name}', {_place(annotation, tier)}: it has no time, and none can be found.")
            spans[annotation] = begin, end
            divided += not {*aligned[annotation][:2]} <= given
    tier_of = {annotation: tier for tier, (_, references, *_) in eaf.tiers.items() for annotation in references}
    siblings: dict[tuple[str, str], list[str]] = {}
    for annotation, tier in tier_of.items():
        siblings.setdefault((tier, eaf.tiers[tier][1][annotation][0]), []).append(annotation)
    for annotation in tier_of:
        way = [annotation]  # up to one whose time is known
        while way[-1] not in spans:
            above = eaf.tiers[tier_of[way[-1]]][1][way[-1]][0] if way[-1] in tier_of else None
            if above is None or (above not in spans and above not in tier_of) or len(way) > len(tier_of):
                where = _place(annotation, tier_of[annotation])
                raise DyadsimError(f"'{name}', {where}: it refers to no annotation that has a time.")
            way.append(above)
        for below, above in reversed([*pairwise(way)]):
            parts = _in_order(siblings[tier_of[below], above], eaf.tiers[tier_of[below]][1])
            divided += len(parts) if len(parts) > 1 else 0
            edges = np.linspace(*spans[above], len(parts) + 1).tolist()
            spans.update(zip(parts, pairwise(edges), strict=True))
    return spans, divided


def _times(slots: dict[str, int | None], pairs: list[tuple[str, str]]) -> tuple[dict[str, float], set[str]]:
    """Times of the slots of a tier, evenly divided between known ones where unknown; and the slots that are known."""
    times = {slot: float(time) for pair in pairs for slot in pair if (time := slots[slot]) is not None}
    given = {*times}
    if len(given) == len({slot for pair in pairs for slot in pair}):
        return times, given
    after = dict(pairs)
    passed: set[str] = set()
    for slot in [*given]:
        way = [slot]
        while (following := after.get(way[-1])) is not None and following not in passed:
            way.append(following)
            if following in given:
                break
            passed.add(following)
        if len(way) > 2 and way[-1] in given:
            times.update(zip(way, np.linspace(times[slot], times[way[-1]], len(way)).tolist(), strict=True))
    return times, given


def _in_order(parts: list[str], references: dict[str, tuple[str, str, str | None, Any]]) -> list[str]:
    """Annotations that refer to the same one, in the order in which each names the one before."""
    after = {references[part][2]: part for part in parts}
    ordered: list[str] = []
    at: str | None = None
    while at in after:
        at = after.pop(at)
        ordered.append(at)
    return ordered if len(ordered) == len(parts) else parts


READERS = (Reader(_LAYOUT, (), _knows, _read), *EXPORTS)
"""Readers of ELAN's files."""
