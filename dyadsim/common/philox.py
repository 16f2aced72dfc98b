"""Philox4x32-10: the generator of all draws, a pure function of a counter and a key (Salmon et al. 2011, doi
10.1145/2063384.2063405), in plain arithmetic that serves NumPy arrays as it is and numba scalars when compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["philox", "uniform"]

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_HIGH_BITS, _LOW_BITS = np.uint64(20), np.uint64(12)


def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four 32-bit words (as uint64) for a counter of four words and a key of two.

    It is fixed by the published test vectors.
    """
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


def uniform(high: Any, low: Any) -> Any:
    """Number between 0 and 1 of 52 bits: 32 of one word and 20 of another; half a step keeps 0 and 1 out."""
    return ((high << _HIGH_BITS | low >> _LOW_BITS) + 0.5) / 2.0**52
