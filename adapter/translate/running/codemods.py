"""Running a LibCST codemod that someone already has over one file: its changes as a plan."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from adapter.plan import Edit, FileError, Plan, SiteKind, Span
from adapter.source.errors import SourceError
from adapter.source.syntax import first_syntax_error
from adapter.source.text import encode_source, read_source


def run_codemod(codemod: type[Any], path: Path, raw: bytes) -> Plan:
    """The plan of what a codemod makes of a file; a file that it skips has nothing in its plan.

    The codemod gets the text as LibCST does; encoding, byte order mark and newlines stay those of the file.
    Every run of changed lines is one edit.
    """
    plan = Plan(path, raw)
    try:
        source = read_source(path, raw)
        if source.cells is not None:
            return plan
        problem = first_syntax_error(source)
        if problem is not None:
            line, column, message = problem
            plan.error = FileError(path, message, line, column, "left as it is; mend it and run again")
            return plan
        text = source.data.decode("utf-8")
        changed = _transformed(codemod, path, text)
        if changed is None or changed == text:
            return plan
        plan.after = encode_source(source, changed.encode("utf-8"))
    except SourceError as error:
        plan.error = error.error
        return plan
    except Exception as error:  # noqa: BLE001 - a fault of the codemod in one file must not cost the others
        message = f"{codemod.__name__} failed here: {type(error).__name__}: {error}"
        plan.error = FileError(path, message, remedy="left as it is")
        return plan
    rule = f"{codemod.__module__}:{codemod.__name__}"
    for span in _changed_spans(text, changed):
        site = source.site(span, SiteKind.CODE, codemod.__name__)
        plan.edits.append(Edit(site, codemod.__name__, rule))
    return plan


def _transformed(codemod: type[Any], path: Path, text: str) -> str | None:
    import libcst
    from libcst.codemod import CodemodContext, SkipFile

    command = codemod(CodemodContext(filename=str(path)))
    try:
        module: libcst.Module = command.transform_module(libcst.parse_module(text))
    except SkipFile:
        return None
    return module.code


def _changed_spans(before: str, after: str) -> list[Span]:
    """The lines of the old text that are replaced, as spans of its bytes."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line.encode("utf-8")))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [
        Span(starts[first], max(starts[last] - 1, starts[first]))
        for tag, first, last, _, _ in matcher.get_opcodes()
        if tag != "equal"
    ]
