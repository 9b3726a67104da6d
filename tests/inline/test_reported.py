"""Loops, entry points, evaluations and reported values: what is found, and how it is named and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.landmarks.words import Entry
from adapter.inline.script import Script
from adapter.source.text import read_source

LOOP = """
import time, logging, math
import torch
logger = logging.getLogger()
for epoch in range(1, 4):
    for i, batch in enumerate(loader):
        loss.backward()
    {}
"""


def landmarks(text: str) -> Landmarks:
    return find_landmarks(Script(read_source(Path("train.py"), text.encode()), packaged_frameworks()))


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ('print(f"Epoch {epoch} loss: {loss:.4f}")', {"loss": "loss"}),
        ('print(f"Epoch [{epoch}/{n}], Step [{i}/{t}], Loss: {loss.item():.4f}")', {"loss": "loss.item()"}),
        ('print("loss: {:.2f} acc: {:.1%}".format(loss, acc))', {"loss": "loss", "acc": "acc"}),
        ('print("loss: {0:.2f} {name}".format(loss, name=who))', {"loss": "loss"}),
        ('print("epoch %d: loss=%.3f acc=%.2f%%" % (epoch, a, b))', {"loss": "a", "acc": "b"}),
        ('print("loss=%(l).3f" % {"l": loss})', {"loss": "loss"}),
        ('print("epoch", epoch, "val loss", round(v, 4))', {"val_loss": "v"}),
        ("print(epoch, loss.item())", {"loss": "loss.item()"}),
        ('print("loss: " + str(round(loss.item(), 3)))', {"loss": "loss.item()"}),
        ('logger.info("loss %.4f", loss)', {"loss": "loss"}),
        ('logging.info(f"Validation accuracy: {acc:.2f}")', {"validation_accuracy": "acc"}),
        ("bar.set_postfix(loss=loss.item(), lr=f'{lr:.1e}')", {"loss": "loss.item()", "lr": "lr"}),
        ('print(f"{acc:.2%} accuracy")', {"accuracy": "acc"}),
        ('print(f"took {t:.1f}s")', {"time": "t"}),
        (
            'print("Test: Average loss: {:.4f}, Accuracy: {}/{} ({:.0f}%)".format(a, c, n, 100. * c / n))',
            {"test_loss": "a", "test_accuracy": "100. * c / n"},
        ),
        (
            'print("Loss_D: %.4f D(G(z)): %.4f / %.4f" % (d, g1, g2))',
            {"loss_d": "d", "d_g_z": "g1", "g2": "g2"},
        ),
        ('print({"accuracy": acc, "loss": loss.item()})', {"accuracy": "acc", "loss": "loss.item()"}),
        ('print(f"score {s.mean():.3f} (+/- {s.std():.3f})")', {"score": "s.mean()", "score_std": "s.std()"}),
        ('print("Epoch", epoch, "of", n)', {}),
        ('print("device:", device, "seed:", seed)', {}),
        ('print(f"{len(data)} samples, lr {args.lr}")', {}),
        ('print("losses:", losses)', {}),
        ('print("best params:", search.best_params_)', {}),
        ('open("a").write("loss %.3f" % loss)', {}),
    ],
)
def test_a_value_is_found_by_its_label(shown: str, found: dict[str, str]) -> None:
    assert {item.name: item.text for item in landmarks(LOOP.format(shown)).reported} == found


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("for epoch in range(3):\n    loss.backward()\n    print('loss', loss.item())", ["epoch"]),
        (
            (
                "for e in range(1, 4):\n    for i, x in enumerate(loader):\n        loss.backward()\n"
                "        print('loss', loss.item())"
            ),
            ["(e - 1) * len(loader) + i"],
        ),
        (
            (
                "step = 0\nfor epoch in range(4):\n    for x in loader:\n        loss.backward()\n"
                "        step += 1\n        print('loss', loss.item())"
            ),
            ["step"],
        ),
        ("while epoch < 3:\n    loss.backward()\n    epoch += 1\n    print('loss', loss.item())", ["epoch"]),
        (
            (
                "def one(loss, epoch):\n    loss.backward()\n    print('loss', loss.item())\n\n"
                "for t in range(3):\n    one(a, t + 1)"
            ),
            ["epoch"],
        ),
        ("loss.backward()\nprint('loss', loss.item())", [""]),
    ],
)
def test_the_step_is_the_counter_of_the_loop(text: str, steps: list[str]) -> None:
    assert [item.step for item in landmarks(f"import torch\n{text}\n").reported] == steps


def test_an_expression_that_does_something_is_bound_first() -> None:
    text = 'from sklearn.svm import SVC\nclf = SVC()\nclf.fit(X, y)\nprint("Accuracy:", clf.score(X, y))\n'
    assert [(item.text, item.bind) for item in landmarks(text).reported] == [("accuracy", "accuracy")]


MAIN = "import torch\n\ndef main():\n    for epoch in range(3):\n        loss.backward()\n"


@pytest.mark.parametrize(
    ("end", "form"),
    [
        ('if __name__ == "__main__":\n    main()\n', Entry.GUARD),
        ("main()\n", Entry.CALL),
        ("x = 1\n", Entry.LIBRARY),
        ("model = 1\nfor epoch in range(3):\n    loss.backward()\nprint(model)\n", Entry.FLAT),
    ],
)
def test_the_entry_point(end: str, form: Entry) -> None:
    entry = landmarks(MAIN + end).entry
    assert entry is not None
    assert entry.form is form


def test_evaluations_are_calls_that_measure() -> None:
    text = (
        "import torch\nfrom sklearn.svm import SVC\n\ndef evaluate(m, loader):\n    return 1\n\n"
        "acc = evaluate(m, val_loader)\nclf = SVC().fit(X, y)\nprint(clf.score(X_test, y))\nmodel.eval()\n"
    )
    assert [(item.name, item.part.value) for item in landmarks(text).evaluations] == [
        ("evaluate", "validation"),
        ("clf.score", "test"),
    ]
