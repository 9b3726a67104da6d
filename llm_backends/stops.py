"""Stop texts: where an answer ends, for backends that cannot end it themselves."""

from __future__ import annotations

from collections.abc import Iterable


def cut(text: str, stops: Iterable[str]) -> tuple[str, bool]:
    """The text before the first stop text, and whether there was one."""
    places = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return (text[: min(places)], True) if places else (text, False)
