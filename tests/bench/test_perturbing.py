"""tests/bench: programs written another way do what they did, and what must not change does not."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapter.bench.perturbing.aliasing import alias_imports
from adapter.bench.perturbing.checking import State, Wanted, check_variants, compare_verdicts
from adapter.bench.perturbing.keywords import reorder_keywords
from adapter.bench.perturbing.program import NotApplicableError, Program, read_program, write_program
from adapter.bench.perturbing.renaming import rename_locals
from adapter.bench.perturbing.splitting import split_script
from adapter.bench.perturbing.variants import Perturbation, variant_of
from adapter.bench.tasks import Task, load_task, select_tasks

Perturb = Callable[[Program, random.Random], Program]
SCRIPT = '''\
"""Means and products."""
from __future__ import annotations

import math
import os.path
import random as rnd
from collections import Counter, OrderedDict
from functools import reduce

SCALE = 2


class Table(OrderedDict):
    """Rows by name."""

    size = 3

    def total(self):
        row_sum = sum(self.values())
        return row_sum


def product(values, start=1):
    def times(left, right):
        return left * right * (1 if start else SCALE)

    return reduce(times, values)


def root(of, *, digits, base=2):
    value = of ** (1 / base)
    return round(value, digits)


def shown(**settings):
    return list(settings)


def main(rows):
    global last_row
    table = Table(a=1, b=2)
    for row_number, row in enumerate(rows):
        last_row = row
        table[f"r{row_number}"] = row
    best = max(value for value in table.values())
    print(f"{best=} {len(table)} {table.total()}", Counter("abca")["a"])
    print(root(9, digits=2, base=2), shown(one=1, two=2), dict(x=1, y=2))
    rnd.seed(SCALE)
    print(os.path.join("a", "b"), math.floor(rnd.random() * 100))


if __name__ == "__main__":
    rows = [1, 2, 3]
    main(rows)
    print(product(rows), last_row)
'''
WAYS = {
    "rename": rename_locals,
    "reorder": reorder_keywords,
    "alias": alias_imports,
    "split": split_script,
}


def perturbed(text: str, perturb: Perturb, *kept: str) -> dict[str, str]:
    program = Program("train.py", {"train.py": text}, frozenset(kept))
    return dict(perturb(program, random.Random(0)).files)


def output(files: dict[str, str], folder: Path) -> str:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    command = [sys.executable, "train.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


@pytest.mark.parametrize("way", WAYS)
def test_a_program_written_another_way_prints_the_same(way: str, tmp_path: Path) -> None:
    files = perturbed(SCRIPT, WAYS[way])
    assert files["train.py"] != SCRIPT
    assert output(files, tmp_path / "after") == output({"train.py": SCRIPT}, tmp_path / "before")
    assert perturbed(SCRIPT, WAYS[way]) == files


def test_variables_keep_the_words_of_their_names() -> None:
    (text,) = perturbed(SCRIPT, rename_locals, "value").values()
    assert "rowSum = sum(self.values())" in text
    assert "for rowNumber, " in text
    assert "rowNumber}" in text
    assert "value = of ** (1 / base)" in text  # kept: something outside knows it
    assert "best = max(" in text  # `{best=}` prints the name
    assert "last_row = " in text
    assert "size = 3" in text


@pytest.mark.parametrize(
    "text",
    [
        "def f(a):\n    b = a\n    return locals()\n",
        "def f(frame, a):\n    limit = a\n    return frame.query('a > @limit')\n",
        "class A:\n    size = 1\n",
        "A = 1\nprint(A)\n",
    ],
)
def test_names_that_are_looked_up_stay(text: str) -> None:
    with pytest.raises(NotApplicableError, match="no local variable"):
        perturbed(text, rename_locals)


def test_module_variables_of_a_program_with_other_files_stay() -> None:
    files = {"train.py": "import lib\nprint(lib.rows)\n", "lib.py": "rows = [1]\n"}
    with pytest.raises(NotApplicableError):
        rename_locals(Program("train.py", files), random.Random(0))


@pytest.mark.parametrize("call", ["dict(a=1, b=2)", "f(a=g(), b=g())", "f(1, a=2)", "f(a=1, **b)"])
def test_arguments_whose_order_may_mean_something_stay(call: str) -> None:
    with pytest.raises(NotApplicableError, match="no call"):
        perturbed(f"print({call})\n", reorder_keywords)


def test_arguments_change_places_and_keep_their_values() -> None:
    text = "f(\n    1,\n    a=2,  # two\n    b=g(3),\n)\n"
    assert perturbed(text, reorder_keywords)["train.py"] == "f(\n    1,\n    b=g(3),  # two\n    a=2,\n)\n"


def test_imports_that_cannot_be_told_apart_get_no_alias() -> None:
    text = "import a\nimport a.b\nfrom c import *\ntry:\n    import d\nexcept ImportError:\n    d = None\n"
    with pytest.raises(NotApplicableError, match="no import"):
        perturbed(text, alias_imports)


def test_a_script_is_split_with_the_imports_that_each_part_needs() -> None:
    files = perturbed(SCRIPT, split_script)
    assert sorted(files) == ["helpers.py", "train.py"]
    assert "from __future__ import annotations" in files["helpers.py"]
    assert "SCALE" not in files["helpers.py"]
    moved = [name for name in ("Table", "root", "shown") if f"{name}(" in files["helpers.py"]]
    assert len(moved) == 2
    assert f"from helpers import {', '.join(moved)}\n" in files["train.py"]
    assert ("OrderedDict" in files["helpers.py"]) == ("Table" in moved)
    assert "Counter" not in files["helpers.py"]
    with pytest.raises(NotApplicableError, match="stands on its own"):
        perturbed("A = 1\n\n\ndef f():\n    return A\n", split_script)


def test_a_notebook_keeps_its_cells_and_commands(tmp_path: Path) -> None:
    sources = [["%matplotlib inline\n", "import math\n"], ["all_rows = [1]\n", "math.fsum(all_rows)"]]
    cells = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    path = tmp_path / "train.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "all_rows"}, *cells]}))
    for perturb in (rename_locals, alias_imports):
        program = read_program(tmp_path, "train.ipynb", frozenset())
        write_program(perturb(program, random.Random(0)), tmp_path)
    found = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
    name = found[1].rpartition(" ")[2]
    assert found[0] == "all_rows"
    assert found[1] == f"%matplotlib inline\nimport math as {name}"
    assert found[2] == f"allRows = [1]\n{name}.fsum(allRows)"


BEFORE = "rows = [3, 4]\nfor row in rows:\n    print(row)\nword = 'word'\nprint(word)\n"
WORDY = {"before_py": BEFORE, "reference_py": BEFORE + "print('more')\n"}


def test_what_the_oracle_looks_for_stays(make_task: Callable[..., Task], tmp_path: Path) -> None:
    task = make_task(**WORDY)
    variant = variant_of(task, Perturbation.RENAME, 0, tmp_path / "one")
    assert "_rows = [3, 4]" in (variant.before / "train.py").read_text()
    assert "more = " not in (variant.reference / "train.py").read_text()
    oracle = task.folder / "oracle.py"
    oracle.write_text(oracle.read_text() + '\nHELD = "for row in rows"\n')
    variant = variant_of(task, Perturbation.RENAME, 0, tmp_path / "two")
    text = (variant.before / "train.py").read_text()
    assert "for row in rows" in text
    assert "\nword = 'word'" not in text
    oracle.write_text(oracle.read_text() + "\nHELD = '(wo'\n")
    with pytest.raises(NotApplicableError, match=r"the oracle looks for '\(wo' in train.py"):
        variant_of(load_task(task.folder), Perturbation.RENAME, 1, tmp_path / "three")


class Appending:
    """Adapts a program unless it has a variable of a certain name."""

    name = "appending"

    def __init__(self, unless: str) -> None:
        self.unless = unless

    def adapt(self, task: Task, folder: Path) -> str:
        path = folder / task.entry
        text = path.read_text()
        if self.unless not in text:
            path.write_text(text + "print('more')\n")
        return ""


def test_verdicts_on_variants_are_those_on_the_original(make_task: Callable[..., Task]) -> None:
    task = make_task(**WORDY)
    wanted = Wanted([Perturbation.RENAME, Perturbation.ALIAS])
    (renamed, aliased) = check_variants([task], wanted, 1)
    assert (renamed.state, aliased.state) == (State.SAME, State.NOT_MADE), renamed.said
    assert "no import" in aliased.said
    (same, _) = compare_verdicts(Appending("nothing"), [task], wanted, 1)
    assert (same.state, same.said) == (State.SAME, "both pass")
    (other, _) = compare_verdicts(Appending("_rows"), [task], wanted, 1)
    assert other.state is State.OTHER
    assert "fails, the original passes" in other.said


def test_what_is_to_be_upgraded_need_not_run_before(make_task: Callable[..., Task]) -> None:
    oracle = "def check(task):\n    assert task.after.stdout\n"
    gone = "rows = [1]\nprint(gone)\n"
    task = make_task(before_py=gone, reference_py="rows = [1]\nprint(rows)\n", oracle_py=oracle)
    wanted = Wanted([Perturbation.RENAME])
    (broken,) = check_variants([task], wanted, 1)
    assert broken.state is State.OTHER
    assert "the untouched program fails" in broken.said
    (upgraded,) = check_variants([replace(task, function="upgrade")], wanted, 1)
    assert upgraded.state is State.SAME, upgraded.said


def test_every_family_has_variants(tmp_path: Path) -> None:
    names = ("tracking/sklearn-grid-search", "tuning/sklearn-forest-keywords", "upgrade/optuna-suggestions")
    for task in select_tasks(names):
        for perturbation in (Perturbation.RENAME, Perturbation.ALIAS):
            place = tmp_path / task.folder.name / perturbation
            variant = variant_of(task, perturbation, 0, place)
            text = (variant.before / task.entry).read_text()
            compile(text, task.entry, "exec")
            assert text != task.before.read_text()
