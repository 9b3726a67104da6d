"""Running searches for real: the program before with its library, the program after with Optuna."""

from __future__ import annotations

import contextlib
import io
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import optuna

from adapter.plan import Plan
from adapter.translate.pipeline import Options, translate_paths


@dataclass
class Ran:
    """What a program left behind: its global names, its printed text, and the studies that it made."""

    names: dict[str, Any]
    printed: str
    studies: list[optuna.Study]


def translated(folder: Path, text: str, source: str, target: str) -> Plan:
    """The plan for one program; a second run over what it makes has to change nothing."""
    path = folder / "train.py"
    path.write_text(dedent(text))
    plans = list(translate_paths([path], Options(source, target)))
    assert len(plans) == 1, "the program names the library"
    plan = plans[0]
    assert plan.error is None
    if plan.after is not None:
        path.write_bytes(plan.after)
        compile(plan.after, "train.py", "exec")
        again = list(translate_paths([path], Options(source, target)))
        assert not [each for each in again if each.changed]
        path.write_text(dedent(text))
    return plan


def code(plan: Plan) -> str:
    """The program after."""
    assert plan.after is not None, [gap.detail for gap in plan.gaps]
    return plan.after.decode()


def ran(folder: Path, text: str) -> Ran:
    """Runs a program in this process."""
    path = folder / "ran.py"
    path.write_text(text)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), _studies() as studies:
        names = runpy.run_path(str(path), run_name="__main__")
    return Ran(names, printed.getvalue(), studies)


def printed_alone(folder: Path, text: str) -> Any:
    """Runs a program in a process of its own; what the last line that it prints says as JSON."""
    path = folder / "alone.py"
    path.write_text(text)
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=folder,
        env=os.environ | {"RAY_DEDUP_LOGS": "0", "RAY_AIR_NEW_OUTPUT": "0", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


@contextlib.contextmanager
def _studies() -> Iterator[list[optuna.Study]]:
    """Collects the studies that are made, each by Optuna itself."""
    found: list[optuna.Study] = []
    make = optuna.create_study

    def collect(*arguments: Any, **keywords: Any) -> optuna.Study:
        found.append(make(*arguments, **keywords))
        return found[-1]

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study = collect
    try:
        yield found
    finally:
        optuna.create_study = make


def distributions(study: optuna.Study) -> dict[str, Any]:
    """Every distribution that the trials of a study drew from."""
    return {name: drawn for trial in study.trials for name, drawn in trial.distributions.items()}
