"""inline: the ranges that a search goes over, from the present values or from a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from adapter.graph.yamlfile import Document, MapError, read_document
from adapter.inline.landmarks.model import Parameter
from adapter.inline.landmarks.words import Literal
from adapter.inline.vocabulary import Kind, packaged_vocabulary

_KEYS = frozenset({"low", "high", "log", "step", "choices"})
_MOST_CHOICES = 12
_PARTS = (Kind.FRACTION, Kind.SHARE, Kind.DECAY)
_LEARNING_RATE = re.compile(r"(^|_)(lr|eta|learning_rate)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
    """What a hyper-parameter may be: numbers from `low` to `high`, or one of `choices`.

    `choices` are texts of expressions. `whole` says that only whole numbers are meant.
    """

    whole: bool = False
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    step: float | None = None
    choices: tuple[str, ...] = ()
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Tuned:
    """A hyper-parameter and its range; `name` is what the search calls it."""

    parameter: Parameter
    name: str
    range: Range


class SpaceError(Exception):
    """A file with ranges that cannot be used; `str()` gives file:line:column, cause and cure."""


class UnknownNameError(Exception):
    """A file with ranges names something that a script does not have; `str()` is as for SpaceError."""


def derived(parameters: Iterable[Parameter], *, bold: bool) -> list[tuple[Parameter, Range]]:
    """The parameters that a search should go over by itself, with ranges from their present values.

    `bold` also takes numbers of which only the name of the estimator's argument is known.
    """
    known = packaged_vocabulary()
    found = []
    for parameter in parameters:
        span = range_of(parameter, known.kind(parameter.name), bold=bold)
        if span is not None:
            found.append((parameter, span))
    return _divisible(found)


def range_of(parameter: Parameter, kind: Kind, *, bold: bool = False) -> Range | None:
    """The range of one parameter; None for one that is not searched."""
    if kind is Kind.FIXED:
        return None
    value = parameter.value
    choices = _choices(parameter)
    if choices is not None:
        return choices
    if isinstance(value, bool):
        return Range(choices=("False", "True")) if kind is Kind.FLAG else None
    if not isinstance(value, (int, float)) or value < 0:
        return None
    whole = isinstance(value, int) and parameter.type != "float"
    if kind is Kind.UNKNOWN and not (bold and not whole and 0 < value < 1):
        return None
    if whole and kind in _PARTS and value > 1:
        return None
    if kind in (Kind.SIZE, Kind.HEADS) and value < 2:
        # one channel, one row: what the data are, and no size that was chosen
        return None
    if kind in (Kind.SIZE, Kind.HEADS, Kind.COUNT, Kind.AMOUNT):
        return _whole(kind, int(value), parameter.name) if whole else None
    if kind in (*_PARTS, Kind.UNKNOWN) and value <= 1:
        return _share(kind, float(value), parameter.name)
    return _rate(float(value), parameter.name) if kind in (Kind.RATE, Kind.FRACTION) else None


def _choices(parameter: Parameter) -> Range | None:
    """The values that a command line allows, where they are few."""
    if parameter.value is None:
        return None
    if parameter.choices:
        texts = tuple(node.text.decode() for node in parameter.choices if node.text is not None)
        return Range(choices=texts) if 1 < len(texts) <= _MOST_CHOICES else None
    if parameter.allowed is not None and parameter.allowed.text is not None:
        return Range(allowed=parameter.allowed.text.decode())
    return None


def _rate(value: float, name: str) -> Range:
    if value == 0:
        return Range(low=0.0, high=0.01 if "decay" in name or name == "wd" else 1.0)
    high = value * 10
    if value < 1 and is_learning_rate(name):
        high = min(high, 1.0)
    return Range(low=_round(value / 10), high=_round(high), log=True)


def is_learning_rate(name: str) -> bool:
    """Whether a hyper-parameter is a learning rate."""
    return _LEARNING_RATE.search(name.rpartition(".")[2]) is not None


def _share(kind: Kind, value: float, name: str) -> Range:
    if kind is Kind.DECAY and 0 < value < 1:
        return Range(low=_round(max(0.0, 1 - 5 * (1 - value))), high=_round(1 - (1 - value) / 10))
    if value == 1 or kind is Kind.SHARE:
        return Range(low=_round(value / 2), high=1.0)
    if "drop" in name or value < 0.5:
        if 0 < value <= 0.1 and not any(word in name for word in ("drop", "smooth", "noise", "mix")):
            return Range(low=_round(value / 10), high=_round(min(1.0, value * 10)), log=True)
        return Range(low=0.0, high=0.5 if value <= 0.3 else min(0.9, _round(value + 0.2)))
    return Range(low=_round(value / 2), high=max(0.99, _round((1 + value) / 2)))


def _whole(kind: Kind, value: int, name: str) -> Range | None:
    if value < 1:
        return None
    if kind is Kind.COUNT:
        least = 2 if "split" in name else 1
        return Range(whole=True, low=max(least, value // 2), high=max(value * 2, least + 1))
    if kind is Kind.AMOUNT:
        return Range(whole=True, low=max(1, value // 4), high=value * 4, log=True)
    factors = (0.5, 1, 2) if kind is Kind.HEADS else (0.25, 0.5, 1, 2, 4)
    sizes = [int(value * each) for each in factors if value * each > 1 and value * each % 1 == 0]
    if len(sizes) < 2:
        return Range(whole=True, low=max(1, value // 2), high=value * 4, log=True)
    return Range(whole=True, choices=tuple(str(size) for size in sizes))


def _divisible(found: list[tuple[Parameter, Range]]) -> list[tuple[Parameter, Range]]:
    """Widths that attention divides among its heads stay multiples of every number of heads."""
    known = packaged_vocabulary()
    heads = [
        int(choice)
        for parameter, span in found
        if known.kind(parameter.name) is Kind.HEADS
        for choice in span.choices
        if choice.isdigit()
    ]
    if not heads:
        return found
    most = max(heads)
    result = []
    for parameter, span in found:
        if (
            span.whole
            and span.choices
            and known.kind(parameter.name) is Kind.SIZE
            and "batch" not in parameter.name
        ):
            kept = tuple(choice for choice in span.choices if int(choice) % most == 0)
            span = replace(span, choices=kept or (str(parameter.value),))
        result.append((parameter, span))
    return result


def _round(value: float) -> float:
    return float(f"{value:.6g}")


def number(value: float, *, whole: bool) -> str:
    """A number as people write it."""
    if whole and value == int(value):
        return str(int(value))
    text = repr(float(value))
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}" if mark else text


def names_of(parameters: Sequence[Parameter]) -> list[str]:
    """What a search calls the parameters: their names, the groups before them where two are alike."""
    last = [parameter.name.rpartition(".")[2] for parameter in parameters]
    names: list[str] = []
    for parameter, short in zip(parameters, last, strict=True):
        name = short if last.count(short) == 1 else parameter.name.replace(".", "_")
        tail = 2
        unique = name
        while unique in names:
            unique, tail = f"{name}_{tail}", tail + 1
        names.append(unique)
    return names


def read_space(path: Path) -> Document:
    """A file of ranges: `name: {low, high, log, step}` or `name: {choices: [...]}`.

    Raises:
        SpaceError: it cannot be read, or is no such file.
    """
    try:
        document = read_document(str(path), path.read_text("utf-8"))
    except OSError as error:
        raise SpaceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, MapError) as error:
        raise SpaceError(str(error)) from error
    for name, item in document.data.items():
        problem = _problem(item)
        if problem:
            raise SpaceError(str(document.error((name,), f"{name}: {problem}")))
    return document


def _problem(item: Any) -> str:
    example = "write {low: 0.001, high: 0.1, log: true} or {choices: [16, 32]}"
    if item is None:
        return ""
    if not isinstance(item, dict):
        return f"expected a range; {example}"
    unknown = sorted(set(map(str, item)) - _KEYS)
    if unknown:
        near = get_close_matches(unknown[0], sorted(_KEYS), n=1)
        return f"unknown key {unknown[0]!r}" + (f"; did you mean {near[0]}?" if near else f"; {example}")
    if "choices" in item:
        if len(item) > 1 or not isinstance(item["choices"], list) or not item["choices"]:
            return f"choices are a list that stands alone; {example}"
        return ""
    bounds = [item.get("low"), item.get("high")]
    if not all(isinstance(bound, (int, float)) and not isinstance(bound, bool) for bound in bounds):
        return f"low and high must both be numbers; {example}"
    low, high = (float(bound) for bound in bounds if bound is not None)
    if low > high:
        return f"low ({low:g}) is above high ({high:g})"
    if item.get("log") and low <= 0:
        return "a logarithmic range begins above 0"
    if item.get("log") and item.get("step"):
        return "a range is logarithmic or has a step, not both"
    return ""


def chosen(document: Document, parameters: Sequence[Parameter], quote: str) -> list[tuple[Parameter, Range]]:
    """The parameters that a file of ranges names, with its ranges; without one, those from their values.

    Raises:
        UnknownNameError: the script has no parameter of a name.
        SpaceError: no range follows from a parameter's value, and none is given.
    """
    by_name: Mapping[str, Parameter] = {
        key: parameter
        for parameter in reversed(parameters)
        for key in (parameter.name.rpartition(".")[2], parameter.name.replace(".", "_"), parameter.name)
    }
    found = []
    for name, item in document.data.items():
        parameter = by_name.get(str(name)) or by_name.get(str(name).replace("-", "_").lstrip("_"))
        if parameter is None:
            near = get_close_matches(str(name), sorted(by_name), n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(by_name))}"
            raise UnknownNameError(
                str(document.error((name,), f"the script has no hyper-parameter {name!r}; {hint}"))
            )
        span = _given(item, parameter, quote)
        if span is None:
            message = f"{name}: no range follows from its present value; give low and high, or choices"
            raise SpaceError(str(document.error((name,), message)))
        found.append((parameter, span))
    return found


def _given(item: Any, parameter: Parameter, quote: str) -> Range | None:
    if item is None:
        kind = packaged_vocabulary().kind(parameter.name)
        return range_of(parameter, Kind.RATE if kind is Kind.FIXED else kind, bold=True)
    if "choices" in item:
        return Range(choices=tuple(_text(choice, quote) for choice in item["choices"]))
    low, high, step = item["low"], item["high"], item.get("step")
    numbers = [low, high, step, parameter.value]
    whole = all(isinstance(each, int) for each in numbers if each is not None)
    return Range(whole, float(low), float(high), bool(item.get("log")), step)


def _text(value: Literal, quote: str) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        return f"{quote}{escaped}{quote}"
    return repr(value)
