"""searches: values on a grid: where the steps of one library lie for another one."""

from __future__ import annotations

import math

from adapter.translate.numbers import folded, number, whole


def on_multiples(arguments: dict[str, str]) -> dict[str, str]:
    """Bounds moved to the first and last multiple of the step that is drawn.

    Hyperopt draws between the bounds and then rounds; without literal bounds nothing is moved.
    """
    low, high, step = (number(arguments.get(name, "")) for name in ("low", "high", "step"))
    if low is None or high is None or not step:
        return arguments
    first, last = math.floor(low / step + 0.5), math.ceil(high / step - 0.5)
    moved = {"low": _multiple(arguments["low"], low, first, step)}
    return arguments | moved | {"high": _multiple(arguments["high"], high, last, step)}


def _multiple(text: str, value: float, count: int, step: float) -> str:
    rounded = count * step
    if abs(rounded - value) < 1e-9 * max(1.0, abs(value)):
        return folded(text)
    return repr(rounded)


def as_whole(arguments: dict[str, str]) -> dict[str, str] | None:
    """The arguments of a drawn number as those of a whole number; None when the step is no whole number."""
    step = number(arguments.get("step", "1"))
    if step is None or step != int(step):
        return None
    found = {name: text for name, text in arguments.items() if name != "step"}
    found |= {name: whole(arguments[name]) for name in ("low", "high")}
    return found | ({"step": str(int(step))} if step != 1 else {})
