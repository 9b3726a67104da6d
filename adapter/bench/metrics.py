"""Bench: the numbers that results are judged by, with their uncertainty; NaN where one has no meaning."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
RESAMPLES = 5000


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the interval that holds the true one with a confidence of 95 %."""

    value: float
    low: float
    high: float


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The chance that at least one of k answers is right, unbiased, from `correct` of `samples` answers.

    `1 - C(n-c, k) / C(n, k)`, arXiv 2107.03374, equation 1. NaN with fewer than k samples.
    """
    if samples < k:
        return math.nan
    return 1.0 - math.comb(samples - correct, k) / math.comb(samples, k)


def pass_hat_k(samples: int, correct: int, k: int) -> float:
    """The chance that all of k answers are right: `C(c, k) / C(n, k)`, arXiv 2406.12045, section 3.

    NaN with fewer than k samples.
    """
    if samples < k:
        return math.nan
    return math.comb(correct, k) / math.comb(samples, k)


def wilson(correct: int, samples: int) -> Interval:
    """A share and its Wilson score interval (E. B. Wilson, 1927); NaN without samples."""
    if samples == 0:
        return Interval(math.nan, math.nan, math.nan)
    from scipy.stats import binomtest

    bounds = binomtest(correct, samples).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(correct / samples, float(bounds.low), float(bounds.high))


def cluster_mean(values: Mapping[str, Sequence[float]], seed: int = 0) -> Interval:
    """The mean over source programs, each of which counts once, with a bootstrap over these programs.

    `values` are the results of each program (its samples and variants, which are not independent). NaN values
    are left out. The interval is NaN with fewer than two programs.
    """
    kept = {name: [value for value in series if not math.isnan(value)] for name, series in values.items()}
    means = [sum(series) / len(series) for _name, series in sorted(kept.items()) if series]
    return _bootstrapped(means, seed)


def paired_difference(
    first: Mapping[str, Sequence[float]], second: Mapping[str, Sequence[float]], seed: int = 0
) -> Interval:
    """How much better the first does than the second on the programs that both have, as `cluster_mean`."""
    shared = [name for name in sorted(first) if first[name] and second.get(name)]
    differences = [
        sum(first[name]) / len(first[name]) - sum(second[name]) / len(second[name]) for name in shared
    ]
    return _bootstrapped(differences, seed)


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p-value of McNemar's test for two arms on the same tasks.

    `only_first` tasks were solved by the first arm alone, `only_second` by the second alone (Q. McNemar,
    1947; the exact form is a sign test).
    """
    from scipy.stats import binomtest

    if only_first + only_second == 0:
        return 1.0
    return float(binomtest(only_first, only_first + only_second, 0.5).pvalue)


def _bootstrapped(means: Sequence[float], seed: int) -> Interval:
    if not means:
        return Interval(math.nan, math.nan, math.nan)
    value = sum(means) / len(means)
    if len(means) < 2:
        return Interval(value, math.nan, math.nan)
    if len(set(means)) == 1:
        return Interval(value, value, value)
    import numpy as np

    generator = np.random.default_rng(seed)
    drawn = generator.choice(np.asarray(means), size=(RESAMPLES, len(means))).mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high))
