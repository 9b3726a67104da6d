"""Oracle: hyper-parameters: which ranges make sense, and how the untouched program is given a value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from adapter.bench.oracle.names import find_names
from adapter.bench.oracle.trial import OracleError

# Choices instead of a range must be as many and spread over as large a factor, to be worth a search.
RATE_CHOICES, RATE_SPREAD = 3, 9.0
SIZE_SPREAD = 4.0
# A range that ends further above the present value than this factor has nothing to do with it.
FARTHEST = 1000.0


class Kind(StrEnum):
    """What a value means, and so which range is derived from it.

    `RATE`: positive, log scale. `FRACTION`: from 0 to less than 1. `SHARE`: from 0 to 1. `SIZE`: whole,
    powers of two, a log scale or multiples. `COUNT`: whole. `POSITIVE`: any scale. `PENALTY`: from 0.
    `CHOICE`: exactly the program's choices, where it lists them.
    """

    RATE = "rate"
    FRACTION = "fraction"
    SHARE = "share"
    SIZE = "size"
    COUNT = "count"
    POSITIVE = "positive"
    PENALTY = "penalty"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A hyper-parameter: its name and present value, and where the untouched program takes it from.

    `also` are further names for it. `option` is its command-line option. `place` is its text in the program
    with the value between angle brackets: `dropout: float = <0.1>`. `high` is the largest value that makes
    sense. One that is not `required` may be tuned or left alone.
    """

    kind: Kind
    name: str
    default: Any
    also: Sequence[str] = ()
    option: str = ""
    place: str = ""
    choices: Sequence[Any] = ()
    high: float = math.inf
    required: bool = True

    def arguments(self, value: object) -> list[str]:
        """The command line that gives the untouched program this value."""
        if not self.option:
            return []
        if isinstance(value, bool):
            return [self.option] if value else []
        return [f"{self.option}={value}"]

    def replacement(self, value: object) -> dict[str, str]:
        """The text of the untouched program that holds the value, and the text with this value."""
        if not self.place:
            return {}
        start, rest = self.place.split("<", 1)
        old, end = rest.rsplit(">", 1)
        return {start + old + end: f"{start}{value!r}{end}"}

    def problem(self, distribution: Mapping[str, Any]) -> str:
        """What is wrong with the space that the parameter is suggested from; empty when nothing is."""
        if not holds(distribution, self.default):
            return f"does not hold the present value {self.default!r}"
        if size_of(distribution) < 2:
            return "holds a single value"
        if self.kind is Kind.CHOICE:
            return _choice_problem(distribution, self.choices)
        return _number_problem(distribution, self)


rate = partial(Parameter, Kind.RATE)
fraction = partial(Parameter, Kind.FRACTION)
share = partial(Parameter, Kind.SHARE)
size = partial(Parameter, Kind.SIZE)
count = partial(Parameter, Kind.COUNT)
positive = partial(Parameter, Kind.POSITIVE)
penalty = partial(Parameter, Kind.PENALTY)
choice = partial(Parameter, Kind.CHOICE)


def match_names(parameters: Iterable[Parameter], suggested: Iterable[str]) -> dict[str, Parameter]:
    """Which parameter each suggested name means.

    Raises:
        OracleError: a required parameter is not suggested, or something that is not to be tuned is.
    """
    names = list(suggested)
    found: dict[str, Parameter] = {}
    for parameter in parameters:
        fitting = [name for name in find_names([parameter.name, *parameter.also], names) if name not in found]
        if fitting:
            found[fitting[0]] = parameter
        elif parameter.required:
            known = ", ".join(names) or "nothing"
            raise OracleError(f"the study does not suggest {parameter.name}; suggested: {known}")
    for name in names:
        if name not in found:
            raise OracleError(f"the study tunes {name}, which is not to be tuned")
    return found


def holds(distribution: Mapping[str, Any], value: Any) -> bool:
    """Whether a value lies in a distribution."""
    if "choices" in distribution:
        return any(same(choice, value) for choice in distribution["choices"])
    low, high = float(distribution["low"]), float(distribution["high"])
    slack = 1e-9 * max(abs(low), abs(high))
    return low - slack <= float(value) <= high + slack


def size_of(distribution: Mapping[str, Any]) -> float:
    """How many values a distribution has."""
    if "choices" in distribution:
        return len(distribution["choices"])
    low, high, step = distribution["low"], distribution["high"], distribution.get("step")
    if low == high:
        return 1
    return math.inf if not step else (high - low) // step + 1


def same(left: Any, right: Any) -> bool:
    """Whether two values of a parameter are the same; a number and its text are, True and 1 are not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return str(left) == str(right)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=1e-9)
    return bool(left == right) or str(left) == str(right)


def _choice_problem(distribution: Mapping[str, Any], choices: Sequence[Any]) -> str:
    offered = distribution.get("choices")
    if offered is None:
        return "is a range, where the program knows choices"
    missing = [choice for choice in choices if not any(same(choice, item) for item in offered)]
    if missing:
        return f"leaves out {', '.join(map(str, missing))}"
    unknown = [item for item in offered if not any(same(choice, item) for choice in choices)]
    if choices and unknown:
        return f"offers {', '.join(map(str, unknown))}, which the program does not know"
    return ""


def _number_problem(distribution: Mapping[str, Any], parameter: Parameter) -> str:
    values = distribution.get("choices", [distribution.get("low"), distribution.get("high")])
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "offers something else than numbers"
    problem = _bounds_problem(parameter, min(values), max(values))
    return problem or _scale_problem(parameter, distribution, values)


def _bounds_problem(parameter: Parameter, low: float, high: float) -> str:
    if parameter.kind in {Kind.RATE, Kind.SIZE, Kind.COUNT, Kind.POSITIVE} and low <= 0:
        return "holds values that are not positive"
    if low < 0:
        return "holds negative values"
    highest = 1.0 if parameter.kind in {Kind.FRACTION, Kind.SHARE} else parameter.high
    if high > highest or (parameter.kind is Kind.FRACTION and high == highest):
        return f"holds values that make no sense, up to {high:g}"
    if parameter.default and high > FARTHEST * parameter.default:
        return f"goes up to {high:g}, far from the present value"
    return ""


def _scale_problem(parameter: Parameter, distribution: Mapping[str, Any], values: Sequence[float]) -> str:
    listed = "choices" in distribution
    if parameter.kind in {Kind.SIZE, Kind.COUNT} and not all(isinstance(value, int) for value in values):
        return "holds values that are not whole numbers"
    if parameter.kind is Kind.RATE and listed:
        wide = len(values) >= RATE_CHOICES and max(values) / min(values) >= RATE_SPREAD
        return "" if wide else "is too narrow for a rate"
    if parameter.kind is Kind.RATE:
        return "" if distribution["log"] else "is not on a log scale"
    if parameter.kind is Kind.SIZE and listed:
        return "" if max(values) / min(values) >= SIZE_SPREAD else "is too narrow for a size"
    if parameter.kind is Kind.SIZE:
        stepped = distribution["log"] or distribution["step"] > 1
        return "" if stepped else "is neither powers of two nor multiples nor on a log scale"
    return ""
