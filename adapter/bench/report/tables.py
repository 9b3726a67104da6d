"""Bench: the tables of a report, as rows of texts; the same for Markdown and HTML."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from adapter.bench.ablation import Cell
from adapter.bench.failures import Failure
from adapter.bench.metrics import Interval
from adapter.bench.report.labels import ARMS, labels, settings
from adapter.bench.summary import ALL, Comparison, Rates, cell_order, compare, rates
from adapter.bench.trials import Record


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table; `note` says how to read it."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def all_tables(records: Sequence[Record]) -> list[Table]:
    """Every table of a report, the most important first."""
    by_family = rates(records, lambda record: record.family)
    by_function = rates(records, lambda record: record.function)
    tables = [arms(by_family), families(by_family)]
    if len({rate.group for rate in by_function} - {ALL}) > 1:
        tables.append(functions(by_function))
    tables += [comparisons(records), several_samples(by_family), failures(by_family), effort(by_family)]
    return [table for table in tables if table.rows]


def arms(found: Sequence[Rates]) -> Table:
    """What the arms are called in the report, and what they are."""
    names = labels(rate.cell for rate in found)
    rows = tuple(
        (
            names[rate.cell],
            ARMS[rate.cell.arm],
            ", ".join(f"{name} {value}" for name, value in settings(rate.cell).items()),
            str(rate.tasks),
            str(rate.trials),
        )
        for rate in found
        if rate.group == ALL
    )
    note = (
        "Every arm adapts the same programs; the oracle of each program runs what came out and says whether "
        "it is right. T is the temperature, docs the way in which documentation is found."
    )
    headings = ("Arm", "Who adapts the programs", "Settings", "Programs", "Answers")
    return Table("What was measured", note, headings, rows)


def families(found: Sequence[Rates]) -> Table:
    """Pass@1 by family, beside the published figures."""
    names = sorted({rate.group for rate in found} - {ALL})
    cells = sorted({rate.cell for rate in found}, key=cell_order)
    by_key = {(rate.cell, rate.group): rate for rate in found}
    rows = []
    for name in (*names, ALL):
        row = [
            name,
            str(max((by_key[cell, name].tasks for cell in cells if (cell, name) in by_key), default=0)),
        ]
        row += [percent(rate.pass_1) if (rate := by_key.get((cell, name))) else "" for cell in cells]
        row += [
            f"{value:g} %" if (value := figures.get(name)) is not None else ""
            for figures in _models().values()
        ]
        rows.append(tuple(row))
    names_of = labels(cells)
    headings = ("Family", "Tasks", *(names_of[cell] for cell in cells))
    headings += tuple(f"{model}, Pass@3 ({_published()['note']})" for model in _models())
    note = "Pass@1: share of answers that the oracle accepts, with the Wilson interval of 95 % over answers."
    return Table("By family", note, headings, tuple(rows))


def functions(found: Sequence[Rates]) -> Table:
    """Pass@1 by what the program is to get."""
    names = sorted({rate.group for rate in found} - {ALL})
    cells = sorted({rate.cell for rate in found}, key=cell_order)
    by_key = {(rate.cell, rate.group): rate for rate in found}
    rows = tuple(
        (name, *(percent(rate.pass_1) if (rate := by_key.get((cell, name))) else "" for cell in cells))
        for name in names
    )
    note = "Pass@1 by function, as above."
    return Table("By function", note, ("Function", *labels(cells).values()), rows)


def several_samples(found: Sequence[Rates]) -> Table:
    """Pass@3 and pass^3 of the cells that have three answers or more for each task."""
    names = labels(rate.cell for rate in found)
    rows = tuple(
        (rate.group, names[rate.cell], percent(rate.mean), percent(rate.pass_3), percent(rate.all_3))
        for rate in sorted(found, key=lambda rate: (rate.group == ALL, rate.group, cell_order(rate.cell)))
        if not math.isnan(rate.pass_3.value)
    )
    note = (
        "Means over programs, each of which counts once, with a bootstrap interval over programs. Pass@3: at "
        "least one of three answers is right; pass^3: all three are."
    )
    return Table("Several answers", note, ("Family", "Arm", "Pass@1", "Pass@3", "pass^3"), rows)


def failures(found: Sequence[Rates]) -> Table:
    """Why answers are wrong, by arm."""
    kinds = [kind for kind in Failure if any(rate.failures[kind] for rate in found)]
    names = labels(rate.cell for rate in found)
    rows = tuple(
        (names[rate.cell], str(rate.trials), str(rate.passed), *(str(rate.failures[kind]) for kind in kinds))
        for rate in found
        if rate.group == ALL
    )
    note = "Every answer is right or in one class; the number of answers never changes."
    headings = ("Arm", "Answers", "Right", *(kind.value for kind in kinds))
    return Table("Why answers are wrong", note, headings, rows if kinds else ())


def effort(found: Sequence[Rates]) -> Table:
    """What answers cost, and how far they reach."""
    names = labels(rate.cell for rate in found)
    rows = tuple(
        (
            names[rate.cell],
            str(rate.calls),
            str(rate.tokens),
            f"{rate.seconds / max(rate.trials, 1):.1f}",
            f"{rate.cost:.4f}",
            f"{rate.reach:.1f}",
            "" if math.isnan(rate.by_rules) else f"{rate.by_rules:.0%}",
        )
        for rate in found
        if rate.group == ALL
    )
    note = "Lines beyond need: lines of the program that the answer changes and the reference leaves, a mean."
    headings = ("Arm", "Calls", "Tokens", "Seconds an answer", "Cost", "Lines beyond need", "Sites by rules")
    return Table("Effort", note, headings, rows)


def comparisons(records: Sequence[Record]) -> Table:
    """Arm against arm, where both have the same model and temperature; the rules on all programs alone."""
    cells = sorted({record.cell for record in records}, key=cell_order)
    names = labels(cells)
    pairs = [(one, other) for one, other in combinations(cells, 2) if comparable(one, other)]
    pairs.sort(key=lambda pair: pair[0].arm == "rules")
    rows = tuple(
        _comparison_row(item, names)
        for one, other in pairs
        for item in reversed(compare(records, one, other, lambda record: record.family))
        if item.group == ALL or one.arm != "rules"
    )
    note = (
        "Difference in Pass@1 on the same programs, with a bootstrap interval over programs; only first and "
        "only second: programs that the majority of answers of just that arm solves; p is McNemar's exact "
        "test of these: the smaller, the less the difference is chance."
    )
    headings = ("Family", "Arm", "against", "Programs", "Difference", "only first", "only second", "p")
    return Table("Arm against arm", note, headings, rows)


def comparable(one: Cell, other: Cell) -> bool:
    """Whether two cells differ in the arm, and otherwise at most in what only one of the arms has."""
    if one.arm == other.arm:
        return False
    if "rules" in {one.arm, other.arm}:
        return True
    same: list[Callable[[Cell], object]] = [lambda c: c.model, lambda c: c.temperature]
    return all(get(one) == get(other) for get in same)


def _comparison_row(item: Comparison, names: Mapping[Cell, str]) -> tuple[str, ...]:
    return (
        item.group,
        names[item.first],
        names[item.second],
        str(item.tasks),
        points(item.difference),
        str(item.only_first),
        str(item.only_second),
        f"{item.p_value:.3g}",
    )


def percent(interval: Interval) -> str:
    """`83 % (70 to 91)`."""
    if math.isnan(interval.value):
        return ""
    bounds = "" if math.isnan(interval.low) else f" ({interval.low * 100:.0f} to {interval.high * 100:.0f})"
    return f"{interval.value * 100:.0f} %{bounds}"


def points(interval: Interval) -> str:
    """`+12 points (+3 to +20)`."""
    if math.isnan(interval.value):
        return ""
    bounds = "" if math.isnan(interval.low) else f" ({interval.low * 100:+.0f} to {interval.high * 100:+.0f})"
    return f"{interval.value * 100:+.0f} points{bounds}"


@cache
def _published() -> Mapping[str, Any]:
    import yaml

    data: Mapping[str, Any] = yaml.safe_load((files("corpus") / "published.yaml").read_text("utf-8"))
    return data


def _models() -> Mapping[str, Mapping[str, float]]:
    models: Mapping[str, Mapping[str, float]] = _published()["models"]
    return models
