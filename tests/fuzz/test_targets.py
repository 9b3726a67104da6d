"""What is fuzzed with atheris holds for some mutated inputs of each target, and for what it once found."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapter.plan import FileError, Plan
from tests.fuzz.mutation import mutated
from tests.fuzz.targets import PROGRAM, TARGETS, compiles, plan_holds

_SLOW = 25
EXAMPLES = {"source": 150, "names": 60, "translate": _SLOW, "inline": 15, "notebook": 60, "maps": _SLOW}


@pytest.mark.parametrize("name", TARGETS)
def test_near_inputs(name: str) -> None:
    target = TARGETS[name]
    texts, words = target.seeds(), target.words()

    @given(
        number=st.integers(0, len(texts) - 1),
        choice=st.integers(0, 255),
        random=st.randoms(use_true_random=False),
    )
    @settings(
        max_examples=EXAMPLES[name], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def check(number: int, choice: int, random: Random) -> None:
        target.check(bytes([choice]) + mutated(texts[number][1:], random, words, texts))

    check()


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes(name: str, data: bytes) -> None:
    TARGETS[name].check(data)


def test_a_fault_of_a_plan_is_seen() -> None:
    """The checks can fail: for text that does not parse, a second run that changes, a fault of ours."""
    with pytest.raises(AssertionError, match="does not parse"):
        plan_holds(b"x = 1\n", lambda raw: Plan(PROGRAM, raw, b"x = (\n"))
    with pytest.raises(AssertionError, match="second run"):
        plan_holds(b"x = 1\n", lambda raw: Plan(PROGRAM, raw, raw + b"x\n"))
    failed = FileError(
        Path("train.py"), "adapter failed here: KeyError", remedy="left as it is; please report it"
    )
    with pytest.raises(AssertionError):
        plan_holds(b"x = 1\n", lambda raw: Plan(PROGRAM, raw, error=failed))


FIT = b"""import torch
model, optimizer = torch.nn.Linear(1, 1), None
for epoch in range(3):
    loss = model(torch.ones(1, 1)).mean()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())
"""


@pytest.mark.parametrize(
    "data",
    [
        FIT.replace(b"print", b"\xef\xbb\xbfprint"),
        FIT + b"for epoch in range(3):\n\nx = 1\n",
        b"from torch import nn as\n" + FIT,
        FIT + b"  x = 1\n",
    ],
    ids=[
        "a byte order mark within a line",
        "a loop without a body",
        "an import without a name",
        "an odd indent",
    ],
)
@pytest.mark.parametrize("choice", range(10))
def test_what_only_tree_sitter_reads_is_no_fault_of_a_recipe(data: bytes, choice: int) -> None:
    assert not compiles(data)
    TARGETS["inline"].check(bytes([choice]) + data)


def test_mutations_keep_many_programs_whole() -> None:
    texts = TARGETS["translate"].seeds()
    made = [mutated(text[1:], Random(number), (b"wandb",), texts) for number, text in enumerate(texts[:200])]
    assert sum(map(compiles, made)) > len(made) / 4
