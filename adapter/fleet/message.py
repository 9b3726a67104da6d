"""Fleet: the commit message and the pull-request text of one repository, written from its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NAMED = 12
Report = Mapping[str, Any]


def title(commands: Sequence[Sequence[str]]) -> str:
    """One line that says what was done: `Move from wandb to mlflow`."""
    return ", then ".join(_title(command) for command in commands)


def commit_message(commands: Sequence[Sequence[str]], reports: Sequence[Report]) -> str:
    """Title, counts, and what a reviewer must look at."""
    return "\n".join([title(commands), "", *_sums(reports), *_section_lines(reports, "")]) + "\n"


def pull_request(
    commands: Sequence[Sequence[str]], reports: Sequence[Report], verified: str, dropped: Sequence[str]
) -> str:
    """The same as Markdown, with how it was verified and which files were put back."""
    lines = [f"# {title(commands)}", "", *_sums(reports)]
    if verified:
        lines += ["", f"Verified with `{verified}`."]
    if dropped:
        lines += ["", "Put back, because that failed with them:", *(f"- `{path}`" for path in dropped)]
    lines += _section_lines(reports, "## ")
    lines += ["", "Made by:", "", "```sh", *(f"adapter {' '.join(command)}" for command in commands), "```"]
    return "\n".join(lines) + "\n"


def _title(command: Sequence[str]) -> str:
    options = {name: _value(command, name) for name in ("--from", "--to", "--with")}
    match command[0]:
        case "translate":
            return f"Move from {options['--from']} to {options['--to']}"
        case "inline":
            return f"Add {command[1]} with {options['--with']}" if options["--with"] else f"Add {command[1]}"
        case "upgrade":
            return f"Upgrade {command[1]}" + (f" to {options['--to']}" if options["--to"] else "")
    return f"Apply {command[1]}"


def _value(command: Sequence[str], name: str) -> str:
    for part, following in zip(command, [*command[1:], ""], strict=True):
        if part == name:
            return following
        if part.startswith(f"{name}="):
            return part.partition("=")[2]
    return ""


def _sums(reports: Sequence[Report]) -> list[str]:
    total: Counter[str] = Counter()
    for report in reports:
        total.update({key: value for key, value in report["summary"].items() if isinstance(value, int)})
    counts = f"{total['edits']} places rewritten, {total['gaps']} left as they were"
    return [f"{total['changed']} files changed: {counts}."]


def _section_lines(reports: Sequence[Report], mark: str) -> Iterator[str]:
    losses: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    for file in (file for report in reports for file in report["files"]):
        for edit in file["edits"]:
            if edit["note"]:
                losses[f"{edit['api']} -> {edit['to'] or 'nothing'}: {edit['note']}"] += 1
        for gap in file["gaps"]:
            detail = " ".join(str(gap["detail"]).split())
            gaps[f"{gap['api']} ({gap['reason']})" + (f": {detail}" if detail else "")] += 1
    for heading, rows in (("What is lost", losses), ("What is left", gaps)):
        if rows:
            yield ""
            yield f"{mark}{heading}" + ("" if mark else ":")
            yield from _rows(rows)


def _rows(rows: Counter[str]) -> Iterator[str]:
    ordered = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    for text, count in ordered[:_NAMED]:
        yield f"- {text}" + (f" ({count} times)" if count > 1 else "")
    if len(ordered) > _NAMED:
        yield f"- and {len(ordered) - _NAMED} more kinds"
