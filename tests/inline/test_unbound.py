"""Names that nothing binds are found, and a rewrite that would leave one is not made."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.inline.pipeline import Options, inline_paths
from adapter.inline.unbound import unbound_names
from adapter.source.text import read_source


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("print(a)\n", {"a"}),
        ("def f():\n    return a\na = 1\n", set()),
        ("def f():\n    a = 1\nprint(a)\n", {"a"}),
        ("def f():\n    global a\n    a = 1\nprint(a, __file__)\n", set()),
        ("print([b for b in range(3)], b)\n", {"b"}),
        ("class C:\n    x = 1\n    def f(self):\n        return x\n", {"x"}),
        ("def f(a):\n    def g():\n        return a\n    return g\n", set()),
        ("import os.path as p\nprint(p, os)\n", {"os"}),
        ("from a import *\nprint(b)\n", None),
        ("%matplotlib inline\n", None),
    ],
)
def test_names_that_nothing_binds(text: str, names: set[str] | None) -> None:
    assert unbound_names(read_source(Path("a.py"), text.encode())) == names


def test_a_rewrite_that_would_leave_a_name_unbound_is_a_gap(tmp_path: Path) -> None:
    file = tmp_path / "train.py"
    file.write_text(
        """
import argparse

import torch

hidden = 8
model = torch.nn.Linear(hidden, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()
    for epoch in range(args.epochs):
        loss = model(torch.ones(3, hidden)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"epoch {epoch} loss {loss.item():.4f}")
"""
    )
    (plan,) = inline_paths([file], Options("tuning", "optuna"))
    assert plan.after is None
    assert [gap.detail for gap in plan.gaps] == [
        "what would be written reads args, which nothing binds there"
    ]
