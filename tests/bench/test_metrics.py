"""The numbers of the benchmark, against their definitions by enumeration and published values."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.bench.metrics import cluster_mean, mcnemar, paired_difference, pass_at_k, pass_hat_k, wilson


@given(st.integers(1, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
def test_pass_at_k_counts_the_choices_of_k(case: tuple[int, int, int]) -> None:
    samples, correct, k = case
    results = [True] * correct + [False] * (samples - correct)
    choices = list(combinations(results, k))
    assert pass_at_k(samples, correct, k) == pytest.approx(sum(map(any, choices)) / len(choices))
    assert pass_hat_k(samples, correct, k) == pytest.approx(sum(map(all, choices)) / len(choices))


def test_too_few_samples_are_no_number() -> None:
    assert math.isnan(pass_at_k(2, 2, 3))
    assert math.isnan(pass_hat_k(2, 2, 3))


def test_wilson_is_what_textbooks_give() -> None:
    # E. B. Wilson (1927) as computed in R: prop.test(15, 20, correct = FALSE).
    interval = wilson(15, 20)
    assert (interval.value, round(interval.low, 4), round(interval.high, 4)) == (0.75, 0.5313, 0.8881)
    assert math.isnan(wilson(0, 0).value)


def test_every_program_counts_once() -> None:
    assert cluster_mean({"often": [1.0] * 9, "once": [0.0]}).value == 0.5


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = {f"p{number}": [float(number % 3 == 0)] for number in range(30)}
    interval = cluster_mean(values)
    assert interval.low < interval.value < interval.high
    assert interval == cluster_mean(dict(reversed(values.items())))


def test_one_program_has_no_interval() -> None:
    assert math.isnan(cluster_mean({"a": [1.0]}).low)
    assert math.isnan(cluster_mean({}).value)


def test_differences_are_taken_on_shared_programs() -> None:
    first = {"a": [1.0, 1.0], "b": [0.0], "only": [1.0]}
    second = {"a": [0.0], "b": [0.0], "other": [1.0]}
    assert paired_difference(first, second).value == 0.5


def test_mcnemar_is_the_exact_sign_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 * 0.5**6)
    assert mcnemar(3, 1) == mcnemar(1, 3) == pytest.approx(2 * (1 + 4) / 16)
