"""Bench: records of trials summed up: by arm and settings, by family and function, and arm against arm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from adapter.bench.ablation import Cell
from adapter.bench.failures import Failure
from adapter.bench.metrics import (
    Interval,
    cluster_mean,
    mcnemar,
    paired_difference,
    pass_at_k,
    pass_hat_k,
    wilson,
)
from adapter.bench.trials import Record

ALL = "all"


@dataclass(frozen=True, slots=True)
class Rates:
    """What one cell reaches on a group of tasks.

    `pass_1` has the Wilson interval over trials, `mean` the bootstrap interval over programs; `pass_3` and
    `all_3` (three right answers of three) are NaN with fewer than three samples a task. `reach` is the mean
    number of lines changed beyond need, `by_rules` the share of sites that rules solved.
    """

    cell: Cell
    group: str
    tasks: int
    trials: int
    passed: int
    pass_1: Interval
    mean: Interval
    pass_3: Interval
    all_3: Interval
    failures: Counter[Failure]
    reach: float
    by_rules: float
    calls: int
    tokens: int
    seconds: float
    cost: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better the first cell does than the second on the tasks that both have answered.

    `only_first` and `only_second` count tasks that the majority of samples of just one of them solves;
    `p_value` is McNemar's exact one for them.
    """

    first: Cell
    second: Cell
    group: str
    tasks: int
    difference: Interval
    only_first: int
    only_second: int
    p_value: float


def rates(records: Sequence[Record], key: Callable[[Record], str]) -> list[Rates]:
    """Rates of every cell on every group of tasks and on all, in the order of cells and groups."""
    groups: dict[tuple[Cell, str], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.cell, key(record)].append(record)
        groups[record.cell, ALL].append(record)
    ordered = sorted(groups, key=lambda item: (cell_order(item[0]), item[1] == ALL, item[1]))
    return [_rates(cell, group, groups[cell, group]) for cell, group in ordered]


def cell_order(cell: Cell) -> tuple[object, ...]:
    """Rules first, then hybrid, then the model alone; within an arm by the settings."""
    arms = ("rules", "hybrid", "llm")
    settings = (cell.docs, cell.temperature, cell.fallback, cell.prompt, cell.documents)
    return arms.index(cell.arm), cell.model, *settings


def compare(
    records: Sequence[Record], first: Cell, second: Cell, key: Callable[[Record], str]
) -> list[Comparison]:
    """One cell against another, paired by task, for every group and for all."""
    groups = sorted({key(record) for record in records if record.cell in {first, second}})
    found = []
    for group in (*groups, ALL):
        chosen = [record for record in records if group in {ALL, key(record)}]
        ours, theirs = (by_task(record for record in chosen if record.cell == c) for c in (first, second))
        shared = sorted(set(ours) & set(theirs))
        if not shared:
            continue
        solved = [(_majority(ours[task]), _majority(theirs[task])) for task in shared]
        only_first = sum(one and not other for one, other in solved)
        only_second = sum(other and not one for one, other in solved)
        difference = paired_difference(ours, theirs)
        p_value = mcnemar(only_first, only_second)
        found.append(
            Comparison(first, second, group, len(shared), difference, only_first, only_second, p_value)
        )
    return found


def by_task(records: Iterable[Record]) -> dict[str, list[float]]:
    """1 for a right answer and 0 for a wrong one, by task."""
    found: dict[str, list[float]] = defaultdict(list)
    for record in records:
        found[record.program].append(float(record.passed))
    return dict(found)


def _majority(results: Sequence[float]) -> bool:
    return sum(results) * 2 > len(results)


def _rates(cell: Cell, group: str, records: Sequence[Record]) -> Rates:
    results = by_task(records)
    passed = sum(record.passed for record in records)
    counts = {task: (len(series), int(sum(series))) for task, series in results.items()}
    sites = sum(record.sites for record in records)
    return Rates(
        cell=cell,
        group=group,
        tasks=len(results),
        trials=len(records),
        passed=passed,
        pass_1=wilson(passed, len(records)),
        mean=cluster_mean(results),
        pass_3=cluster_mean({task: [pass_at_k(n, c, 3)] for task, (n, c) in counts.items()}),
        all_3=cluster_mean({task: [pass_hat_k(n, c, 3)] for task, (n, c) in counts.items()}),
        failures=Counter(record.failure for record in records if record.failure is not None),
        reach=sum(record.reach for record in records) / len(records),
        by_rules=sum(record.rule_sites for record in records) / sites if sites else float("nan"),
        calls=sum(record.calls for record in records),
        tokens=sum(record.prompt_tokens + record.completion_tokens for record in records),
        seconds=sum(record.seconds for record in records),
        cost=sum(record.cost for record in records),
    )
