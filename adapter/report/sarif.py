"""Report: SARIF 2.1.0 (OASIS, 2020), which code scanning services read.

What is left is a warning, what is rewritten with a loss a note, a file that could not be handled a
notification of the tool. Lines of a notebook count within its cell, which no SARIF region can say: such
results name the cell and point at the file.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from adapter import __version__
from adapter.plan import Edit, Fidelity, FileError, Gap, GapReason, Plan, Site
from adapter.report.paths import shown
from adapter.report.printer import Output
from adapter.report.run import Run, place

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"

_GAP_TEXTS = {
    GapReason.NO_EDGE: "No map entry covers this use",
    GapReason.UNKNOWN_RECEIVER: "It is not known what this method is called on",
    GapReason.ARGUMENTS: "The arguments do not fit the signature of the API",
    GapReason.POSITION: "The rewrite needs statements where only an expression can stand",
    GapReason.VALUE: "The value of this use is needed, and the target library does not give it",
    GapReason.UNSAFE: "The rewrite may change behaviour",
    GapReason.IMPORT_KEPT: "The import stays because other uses stay",
    GapReason.DYNAMIC: "The use is built at run time",
    GapReason.UNPARSABLE: "The file does not parse",
    GapReason.LANDMARK: "A place that the recipe needs was not found",
    GapReason.REJECTED: "A reviewer declined the rewrite",
}
_EDIT_TEXTS = {
    Fidelity.EXACT: "Rewritten with the same effect",
    Fidelity.LOSSY: "Rewritten, with something lost",
    Fidelity.UNSAFE: "Rewritten in a way that may change behaviour",
}
_EDIT_LEVELS = {Fidelity.EXACT: "none", Fidelity.LOSSY: "note", Fidelity.UNSAFE: "warning"}


class SarifPrinter:
    """Prints one SARIF log at the end of the run."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._results: list[dict[str, Any]] = []
        self._notifications: list[dict[str, Any]] = []

    def add(self, plan: Plan) -> None:
        """Keep the results of one file."""
        seen: Counter[str] = Counter()
        items: list[Edit | Gap] = [*plan.edits, *plan.gaps]
        self._results += [_result(plan.path, item, seen) for item in sorted(items, key=place)]
        if plan.error is not None:
            self._notifications.append(_notification(plan.error))

    def finish(self, run: Run) -> None:
        """Print the log."""
        self._output.write(json.dumps(self._log(run), indent=2).encode() + b"\n")

    def _log(self, run: Run) -> dict[str, Any]:
        driver = {
            "name": "adapter",
            "semanticVersion": __version__,
            "version": __version__,
            "rules": [_rule(identifier, text, level) for identifier, text, level in _rules()],
        }
        return {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": driver},
                    "columnKind": "unicodeCodePoints",
                    "invocations": [
                        {
                            "executionSuccessful": not run.errors,
                            "toolExecutionNotifications": self._notifications,
                        }
                    ],
                    "results": self._results,
                }
            ],
        }


def _rules() -> list[tuple[str, str, str]]:
    """Identifier, text and level of every rule, in a fixed order."""
    gaps = [(f"gap/{reason}", _GAP_TEXTS[reason], "warning") for reason in GapReason]
    edits = [(f"edit/{fidelity}", _EDIT_TEXTS[fidelity], _EDIT_LEVELS[fidelity]) for fidelity in Fidelity]
    return gaps + edits


def _rule(identifier: str, text: str, level: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "shortDescription": {"text": text},
        "fullDescription": {"text": f"{text}."},
        "defaultConfiguration": {"level": level},
    }


def _result(path: Path, item: Edit | Gap, seen: Counter[str]) -> dict[str, Any]:
    identifier = f"edit/{item.fidelity}" if isinstance(item, Edit) else f"gap/{item.reason}"
    level = _EDIT_LEVELS[item.fidelity] if isinstance(item, Edit) else "warning"
    result = {
        "ruleId": identifier,
        "kind": "informational" if level == "none" else "fail",
        "level": level,
        "message": {"text": _message(item)},
        "locations": [_location(path, item.site)],
        "partialFingerprints": {"adapterSite/v1": _fingerprint(path, identifier, item.site, seen)},
    }
    if isinstance(item, Edit):
        result["properties"] = {"api": item.site.api, "to": item.to, "rule": item.rule}
    else:
        result["properties"] = {"api": item.site.api}
    return result


def _message(item: Edit | Gap) -> str:
    cell = f"In cell {item.site.cell}, line {item.site.line}: " if item.site.cell is not None else ""
    if isinstance(item, Edit):
        target = f" becomes {item.to}" if item.to else " goes"
        note = f" ({item.note})" if item.note else ""
        return f"{cell}{item.site.api}{target}{note}."
    detail = " ".join(item.detail.split())
    text = _GAP_TEXTS[item.reason]
    return f"{cell}{item.site.api} is left: {detail or text[0].lower() + text[1:]}."


def _location(path: Path, site: Site) -> dict[str, Any]:
    if site.cell is not None:
        physical = _physical(path, {"startLine": 1})
        return {"physicalLocation": physical, "logicalLocations": [{"name": f"cell {site.cell}"}]}
    region = {
        "startLine": site.line,
        "startColumn": site.column,
        "endLine": site.end_line,
        "endColumn": site.end_column,
    }
    return {"physicalLocation": _physical(path, region)}


def _physical(path: Path, region: dict[str, int]) -> dict[str, Any]:
    name = shown(path)
    if name.startswith("/"):
        artifact = {"uri": path.as_uri()}
    else:
        artifact = {"uri": quote(name, errors="surrogateescape"), "uriBaseId": ROOT}
    return {"artifactLocation": artifact, "region": region}


def _fingerprint(path: Path, identifier: str, site: Site, seen: Counter[str]) -> str:
    """The same for a result that only moved: its file, rule and API, and which of these it is in the file."""
    key = "\0".join((shown(path), identifier, site.api))
    seen[key] += 1
    return hashlib.sha256(f"{key}\0{seen[key]}".encode(errors="surrogateescape")).hexdigest()[:32]


def _notification(error: FileError) -> dict[str, Any]:
    region = {"startLine": error.line or 1}
    if error.line and error.column:
        region["startColumn"] = error.column
    cure = f" ({error.remedy})" if error.remedy else ""
    return {
        "level": "error",
        "message": {"text": f"{error.message}{cure}"},
        "locations": [{"physicalLocation": _physical(error.path, region)}],
    }
