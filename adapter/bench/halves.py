"""Bench: source programs put on one of two sides, always the same ones on the same side."""

from __future__ import annotations

import hashlib

_RANGE = 1 << 32


def is_held_out(source: str, share: float, seed: int) -> bool:
    """Whether a source program is held out, where this share is, whatever other programs there are."""
    digest = hashlib.sha256(f"{seed} {source}".encode()).digest()
    return int.from_bytes(digest[:4]) < share * _RANGE
