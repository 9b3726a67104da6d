"""Report: JSON for programs, version 1 of the contract."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from adapter.plan import Edit, Gap, Ignored, Plan, Site
from adapter.report.paths import error_text, shown
from adapter.report.printer import Output
from adapter.report.run import Reviewed, Run, place, status


class JsonPrinter:
    """Prints one JSON document at the end of the run; the bytes of the files are not kept for it."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._files: list[dict[str, Any]] = []

    def add(self, plan: Plan) -> None:
        """Keep what is to be said about one file."""
        if plan.has_news:
            self._files.append(file_entry(plan))

    def finish(self, run: Run) -> None:
        """Print the document."""
        document = {"version": 1, "summary": summary_entry(run), "files": self._files}
        if run.verified is not None:
            document["verification"] = asdict(run.verified)
        if run.reviewed:
            document["review"] = [reviewed_entry(item) for item in run.reviewed]
        self._output.write(json.dumps(document, indent=2).encode() + b"\n")


def summary_entry(run: Run) -> dict[str, Any]:
    """The sums of a run; `seconds` is wall time."""
    return {
        "files": run.files,
        "changed": len(run.changed),
        "sites": run.sites,
        "edits": run.edits.total(),
        "gaps": len(run.gaps),
        "errors": len(run.errors),
        "seconds": round(run.seconds, 3),
        "llm": {"calls": run.llm_calls, "tokens": run.llm_tokens},
    }


def reviewed_entry(item: Reviewed) -> dict[str, Any]:
    """One hunk that was reviewed; `seconds` is the time that the decision took."""
    return {
        "path": shown(item.path),
        "hunk": item.number,
        "decision": item.decision.value,
        "seconds": round(item.seconds, 2),
    }


def file_entry(plan: Plan) -> dict[str, Any]:
    """What there is to say about one file; `error` is null or `path:line:column: message (cure)`.

    `kept` lists the sites that are right as they are, where the target builds on the source library.
    """
    kept = sorted((each for each in plan.ignored if each.on_purpose), key=place)
    return {
        "path": shown(plan.path),
        "status": status(plan),
        "edits": [_edit_entry(edit) for edit in sorted(plan.edits, key=place)],
        "gaps": [_gap_entry(gap) for gap in sorted(plan.gaps, key=place)],
        "error": None if plan.error is None else error_text(plan.error),
        **({"kept": [_kept_entry(each) for each in kept]} if kept else {}),
    }


def _edit_entry(edit: Edit) -> dict[str, Any]:
    site = edit.site
    return {
        **_place_entry(site),
        "end_line": site.end_line,
        "end_column": site.end_column,
        "api": site.api,
        "to": edit.to,
        "rule": edit.rule,
        "fidelity": edit.fidelity.value,
        "note": edit.note,
    }


def _gap_entry(gap: Gap) -> dict[str, Any]:
    return {**_place_entry(gap.site), "api": gap.site.api, "reason": gap.reason.value, "detail": gap.detail}


def _kept_entry(kept: Ignored) -> dict[str, Any]:
    return {**_place_entry(kept.site), "api": kept.site.api, "reason": kept.reason}


def _place_entry(site: Site) -> dict[str, int]:
    """Line and column from 1; in a notebook also the cell, whose own lines `line` then counts."""
    cell = {} if site.cell is None else {"cell": site.cell}
    return {**cell, "line": site.line, "column": site.column}
