"""What the lists of results share: who lives in them, by which rules, and how a result is hashed."""

import functools
import hashlib
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is there: sums do not depend on the number of cores

import numpy as np
import pandas as pd

import dyadsim as ds

DIGITS = 9
NOTHING = 1e-12
"""Rounded, a number nearer to 0 counts as 0: it is what is left of a difference of equals."""
PASSING = ("dyadsim", "command", "python", "platform", "packages", "versions", "folder", "files", "seconds", "created")
"""Keys of a provenance that tell of versions, places and times, and not of results."""
OFFERS = (
    {"name": "video-feedback", "start_week": 4, "uptake": 0.8},
    {"name": "peer-support", "start_week": 6, "uptake": 0.7},
)


# Hashes ---------------------------------------------------------------------------------------------------------------


def hashed(value, exact=False):
    """16 hex digits of a table, an array, a number, a text, bytes, or a list or dict of these."""
    told = hashlib.sha256()
    for part in _parts(value, exact):
        told.update(len(part).to_bytes(8, "little"))
        told.update(part)
    return told.hexdigest()[:16]


def _parts(value, exact):
    """The bytes by which it is told apart: what it is first, then what it holds."""
    if isinstance(value, pd.Series):
        yield from _parts(value.to_frame("series" if value.name is None else value.name), exact)
    elif isinstance(value, pd.DataFrame):
        yield f"table of {len(value)} rows".encode()
        for name in range(value.index.nlevels):
            level = value.index.get_level_values(name)
            yield f"index {level.name}".encode()
            yield from _parts(level.to_numpy(), exact)
        for place, name in enumerate(value.columns):
            yield f"column {name}".encode()
            yield from _parts(value.iloc[:, place].to_numpy(), exact)
    elif isinstance(value, np.ndarray):
        yield f"{_kind(value)} {value.shape}".encode()
        yield _content(value, exact)
    elif isinstance(value, dict):
        yield f"dict of {len(value)}".encode()
        for name in sorted(value, key=str):
            yield f"key {name}".encode()
            yield from _parts(value[name], exact)
    elif isinstance(value, (list, tuple)):
        yield f"list of {len(value)}".encode()
        for each in value:
            yield from _parts(each, exact)
    elif isinstance(value, bytes):
        yield b"bytes"
        yield value
    elif isinstance(value, (bool, int, float, np.generic)):
        yield from _parts(np.asarray(value), exact)
    else:
        yield b"text"
        yield _text(value, exact).encode()


def _kind(values):
    """One letter, the same for all widths of a number and for all ways in which pandas holds text."""
    return values.dtype.kind if values.dtype.kind in "biuf" else "O"


def _content(values, exact):
    kind = _kind(values)
    if kind == "f":
        return (np.ascontiguousarray(values) if exact else _rounded(values)).tobytes()
    if kind == "O":
        return "\0".join(_text(each, exact) for each in values.ravel()).encode()
    return np.ascontiguousarray(values).astype(np.int64).tobytes()


def _rounded(values):
    """Nine digits as a whole number, and the power of ten: whole numbers, since a rounded float has last bits again."""
    flat = np.abs(np.asarray(values, dtype=np.float64).ravel())
    known = np.isfinite(flat) & (flat >= NOTHING)
    power = np.zeros(flat.shape, dtype=np.int64)
    power[known] = np.floor(np.log10(flat[known])).astype(np.int64)
    digits = np.zeros(flat.shape, dtype=np.int64)
    scaled = flat[known] * 10.0 ** (DIGITS - 1 - power[known])
    # Decimals and simple fractions lie on ties often; an eighth of a digit further on they lie on none.
    digits[known] = np.floor(scaled + 0.5 + 0.125).astype(np.int64)
    # Next to a power of ten the logarithm may fall to either side.
    over = digits >= 10**DIGITS
    digits[over] //= 10
    power[over] += 1
    digits[known] *= np.sign(np.asarray(values, dtype=np.float64).ravel()[known]).astype(np.int64)
    # No number has these powers.
    power[np.isnan(flat)] = 1000
    power[np.isinf(flat)] = 1001
    return np.stack([digits, power])


def _text(value, exact):
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return "nan"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return repr(number) if exact else f"{0.0 if abs(number) < NOTHING else number:.{DIGITS}g}"
    return str(value)


def made_of(provenance):
    """A provenance without what is no result."""
    if isinstance(provenance, dict):
        return {str(key): made_of(value) for key, value in provenance.items() if key not in PASSING}
    if isinstance(provenance, (list, tuple)):
        return [made_of(value) for value in provenance]
    return provenance.tolist() if isinstance(provenance, (np.ndarray, np.generic)) else provenance


def under(prefix, found):
    """The same keys below a common one."""
    for key, value in found:
        yield f"{prefix}: {key}", value


# Who and how ----------------------------------------------------------------------------------------------------------


@functools.cache
def community(dyads=20, seed=1):
    return ds.Cohort.sample(dyads, population="community", seed=seed)


@functools.cache
def lived():
    """The course whose end is saved, and on which others are based."""
    return ds.develop(community(40).with_setting("poverty", 0.5), weeks=30, interventions=OFFERS, seed=2)


class Mirroring(ds.MotherRules):
    """His smile draws hers."""

    extra_traits = (ds.Trait("expressiveness", "mother", 0.0, -4.0, 4.0, "standard score", "how readily she smiles"),)

    @staticmethod
    def preferences(traits, context):
        positive = ds.ICEP.mother_names.index("positive")
        smiling = np.eye(6)[positive].reshape(-1, 1, 1, 1, 1) * (
            context.infant == ds.ICEP.infant_names.index("positive")
        )
        return ds.MotherRules.preferences(traits, context) + np.exp(traits.expressiveness) * smiling


class Calm(ds.InfantRules):
    """He is aroused half as readily."""

    @staticmethod
    def arousal_change(traits, context):
        up, down = ds.InfantRules.arousal_change(traits, context)
        return np.asarray(up) / 2, down
