"""Oracle: a program that runs again with the installed library: what it did, and what it no longer does."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from adapter.bench.oracle.trial import OracleError, Trial


def said(trial: Trial) -> dict[str, Any]:
    """What the adapted program prints as JSON on its last line, about its own work.

    Raises:
        OracleError: the last line is no JSON object.
        ProgramFailedError: it does not run with the installed library.
    """
    lines = trial.after.stdout.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise OracleError(f"the last line is not what the untouched program prints there: {lines[-1:]}")
    return found


def expects(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Every wanted value is there; numbers may differ in the last digits.

    Raises:
        OracleError: the first value that is missing or another one.
    """
    for name, value in wanted.items():
        if name not in found:
            raise OracleError(f"{name} is not told any more")
        if not _same(found[name], value):
            raise OracleError(f"{name} is {found[name]!r}, not {value!r}")


def warns_of_nothing_old(trial: Trial, *words: str) -> None:
    """The run says nothing of what is deprecated in the library: no warning names one of the words.

    Raises:
        OracleError: the first such line.
    """
    for line in trial.after.stderr.splitlines():
        if re.search(r"deprecat|FutureWarning", line, re.IGNORECASE) and any(word in line for word in words):
            raise OracleError(f"the library still warns: {line.strip()}")


def leaves_out(trial: Trial, *texts: str) -> None:
    """No old spelling is left in the code of the program.

    Raises:
        OracleError: the first one that is.
    """
    for path in sorted(trial.answer.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        for text in texts:
            if text in code:
                raise OracleError(f"{path.name} still has {text!r}")


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return math.isclose(found, wanted, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_same, found, wanted))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_same(found[key], wanted[key]) for key in wanted)
    return bool(found == wanted)
