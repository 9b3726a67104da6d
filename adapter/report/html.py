"""Report: one HTML page that needs nothing else: every hunk beside its old text, and what is left.

A reviewer accepts and rejects hunks in the page and saves what was accepted as a patch, or all decisions as a
file that `adapter review` applies. The page keeps the report as JSON, so that it can be read again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
import sys
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from adapter.plan import Fidelity, Plan
from adapter.report.diff import patch_body, patch_header, read_patch_body, readable_line
from adapter.report.hunks import Proposal, proposals
from adapter.report.lines import Hunk
from adapter.report.machine import file_entry, summary_entry
from adapter.report.printer import Output
from adapter.report.run import Run

_REPORT_START = '<script id="report" type="application/json">'


class HtmlPrinter:
    """Prints the page at the end of the run."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._files: list[dict[str, Any]] = []

    def add(self, plan: Plan) -> None:
        """Keep what the page shows of one file."""
        if plan.has_news:
            self._files.append(_file_entry(plan))

    def finish(self, run: Run) -> None:
        """Print the page."""
        self._output.write(page(report_entry(run, self._files)).encode("utf-8", errors="backslashreplace"))


def report_entry(run: Run, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """All that the page shows, as JSON."""
    return {
        "version": 1,
        "command": shlex.join(["adapter", *sys.argv[1:]]),
        "summary": summary_entry(run),
        "fidelities": {fidelity.value: run.edits[fidelity] for fidelity in Fidelity if run.edits[fidelity]},
        "files": entries,
    }


def page(report: dict[str, Any]) -> str:
    """The page that shows a report."""
    folder = files("adapter.report") / "page"
    # A "<" inside the data could end the element that holds it.
    data = json.dumps(report).replace("<", "\\u003c")
    parts = {
        "{{style}}": (folder / "page.css").read_text("utf-8"),
        "{{script}}": (folder / "page.js").read_text("utf-8"),
        "{{report}}": data,
    }
    text = (folder / "page.html").read_text("utf-8")
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def read_page(text: str) -> dict[str, Any]:
    """The report that a page shows.

    Raises:
        ValueError: the text is not such a page.
    """
    _, mark, rest = text.partition(_REPORT_START)
    data, end, _ = rest.partition("</script>")
    if not mark or not end:
        raise ValueError("it is not a page that `--format html` wrote")
    report = json.loads(data)
    if not isinstance(report, dict) or report.get("version") != 1:
        raise ValueError("another version of adapter wrote it; make it anew")
    return report


def hunk_of(entry: dict[str, Any]) -> Hunk:
    """The hunk that an entry of a report describes."""
    start, after = entry["before_start"], entry["after_start"]
    rows = read_patch_body(base64.b64decode(entry["body"]))
    return Hunk(start, start + entry["before_length"], after, after + entry["after_length"], rows)


def _file_entry(plan: Plan) -> dict[str, Any]:
    show = readable_line(plan)
    found = proposals(plan) if plan.error is None else ()
    return {
        **file_entry(plan),
        "sha256": hashlib.sha256(plan.before).hexdigest(),
        "header": _packed(patch_header(plan.path)),
        "hunks": [_hunk_entry(proposal, show) for proposal in found],
    }


def _hunk_entry(proposal: Proposal, show: Callable[[bytes], str]) -> dict[str, Any]:
    hunk = proposal.hunk
    return {
        "number": proposal.number,
        "line": proposal.line,
        "before_start": hunk.before_start,
        "before_length": hunk.before_end - hunk.before_start,
        "after_start": hunk.after_start,
        "after_length": hunk.after_end - hunk.after_start,
        "fidelity": proposal.fidelity.value,
        "supports": proposal.supports,
        "rules": list(proposal.rules),
        "cells": list(proposal.cells),
        "edits": [
            {"api": edit.site.api, "to": edit.to, "rule": edit.rule, "note": edit.note}
            for edit in proposal.edits
        ],
        "rows": [(sign.decode(), show(line)) for sign, line in hunk.rows],
        "body": _packed(patch_body(hunk)),
    }


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
