"""tests/bench: a name that MLflow made up for a run is no name that a program gave."""

import pytest
from mlflow.utils import name_utils

from adapter.bench.recording.mlflow_reader import GENERATED_NAME


@pytest.mark.parametrize("drawn", [0, 1000], ids=["lowest number", "highest number"])
def test_names_that_mlflow_makes_up_are_known(drawn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_utils.random, "randint", lambda _low, _high: drawn)
    assert GENERATED_NAME.fullmatch(name_utils._generate_random_name(max_length=100))


def test_the_name_of_a_program_is_kept() -> None:
    assert not GENERATED_NAME.fullmatch("first-baseline-v2")
