"""What a translation does to real repositories: `python tests/real/survey.py --from LIB --to LIB FOLDER...`.

Works on scratch copies and prints tables: sites, edits and gaps, the share of edited sites, and everything
that must not be (crashes, files that do not compile, calls that do not fit the target library). Ends with 1
when there is such a thing.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("KERAS_BACKEND", "torch")

from rich.console import Console
from rich.table import Table

from adapter.plan import Fidelity, GapReason
from adapter.translate.pipeline import find_route
from tests.real.groups import Group, is_api
from tests.real.study import Study, reasons, study

_MOST = 25


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, study every folder, print; the number of faults decides the exit code."""
    parser = argparse.ArgumentParser(description="Translates scratch copies of repositories and judges them.")
    parser.add_argument("--from", dest="source", required=True, metavar="LIB")
    parser.add_argument("--to", dest="target", required=True, metavar="LIB")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in this folder, and leave it behind")
    parser.add_argument("--list", metavar="WORD", help="also list every other gap whose API or detail has it")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    given = parser.parse_args(arguments)
    way = find_route(given.source, given.target)
    with tempfile.TemporaryDirectory() as temporary:
        scratch = given.keep or Path(temporary)
        studies = [study(folder.resolve(), scratch, way, given.jobs) for folder in given.folders]
    total = Study("total", Path())
    for each in studies:
        total.add(each)
    console = Console(width=None if sys.stdout.isatty() else 200, emoji=False)
    console.print(_overview([*studies, total], f"{given.source} to {given.target}"))
    console.print(_groups([*studies, total], imports=False))
    console.print(_groups([*studies, total], imports=True))
    console.print(_frequent(total))
    if given.list is not None:
        _list_gaps(console, studies, given.list)
    for place in total.stranded:
        console.print(f"stranded: {place}", markup=False, soft_wrap=True)
    for path, count in total.forgotten.items():
        console.print(f"gaps that a second run does not see: {count} in {path}", markup=False, soft_wrap=True)
    for error in total.errors:
        console.print(f"error: {error}", markup=False, soft_wrap=True)
    for fault in total.faults:
        console.print(f"FAULT {fault}", markup=False, soft_wrap=True)
    print(
        f"{len(total.errors)} errors, {total.checked} new uses bound, {total.unknown} not to be looked up "
        f"here, {len(total.stranded)} gaps on an object that is another one now, {len(total.faults)} faults"
    )
    return 1 if total.faults else 0


def _overview(studies: Sequence[Study], title: str) -> Table:
    table = Table(title=f"Sites, {title}")
    table.add_column("repository", no_wrap=True)
    used = [reason.value for reason in GapReason if reasons(studies[-1])[reason.value]]
    for head in ("files", "changed", "errors", "sites", *Fidelity, "ignored", *used, "faults"):
        table.add_column(str(head), justify="right")
    for each in studies:
        fidelities, gaps = Counter(edit.fidelity for edit in each.edits), reasons(each)
        numbers = [each.files, each.changed, len(each.errors), each.sites]
        numbers += [fidelities[fidelity] for fidelity in Fidelity] + [each.ignored]
        numbers += [gaps[reason] for reason in used] + [len(each.faults)]
        table.add_row(each.name, *map(str, numbers))
    return table


def _groups(studies: Sequence[Study], *, imports: bool) -> Table:
    what = "All sites, with" if imports else "API sites, without"
    table = Table(title=f"{what} imports, manifests and install lines: gaps by group, shares")
    table.add_column("repository", no_wrap=True)
    for head in (*Group, "edits", "without sweeps, client, UI", "and without what only the source has"):
        table.add_column(str(head), justify="right")
    for each in studies:
        gaps = Counter(item.group for _, item in each.gaps if imports or is_api(item.gap.site))
        edits = sum(imports or is_api(edit.site) for edit in each.edits)
        shares = [_share(edits, gaps[Group.OTHER] + gaps[Group.OWN]), _share(edits, gaps[Group.OTHER])]
        table.add_row(each.name, *(str(gaps[group]) for group in Group), str(edits), *shares)
    return table


def _share(edits: int, gaps: int) -> str:
    return f"{edits / (edits + gaps):.1%} of {edits + gaps}" if edits + gaps else "-"


def _frequent(total: Study) -> Table:
    table = Table(title="The most frequent gaps of the group 'other'")
    for head in ("times", "API", "reason", "detail"):
        table.add_column(head, justify="right" if head == "times" else "left", overflow="fold")
    gaps = [item.gap for _, item in total.gaps if item.group is Group.OTHER]
    counted = Counter((gap.site.api, gap.reason.value, gap.detail) for gap in gaps)
    for (api, reason, detail), times in counted.most_common(_MOST):
        table.add_row(str(times), api, reason, detail)
    return table


def _list_gaps(console: Console, studies: Sequence[Study], word: str) -> None:
    for each in studies:
        for path, item in each.gaps:
            site = item.gap.site
            if item.group in (Group.OTHER, Group.OWN) and (word in site.api or word in item.gap.detail):
                place = f"{path.relative_to(each.folder.parent)}:{site.line}:{site.column}"
                cell = f" (cell {site.cell})" if site.cell else ""
                text = f"{place}{cell} {site.api} {item.gap.reason}: {item.gap.detail} [{item.group}]"
                console.print(text, markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
