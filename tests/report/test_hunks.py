"""Hunks of a plan: which edits each makes, and the bytes that come out when some are accepted."""

import json
from itertools import chain, combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapter.plan import GapReason, Plan
from adapter.report.diff import patch_body, read_patch_body
from adapter.report.hunks import accepted_bytes, decided, proposals
from adapter.report.lines import hunks, split_lines
from tests.report.examples import changed_plan, site

LINES = st.lists(st.sampled_from([b"a", b"b", b"", b"\tc\r", b"\\ No newline"]), max_size=40).map(b"\n".join)


def spread_plan() -> Plan:
    """Three changes, too far apart to share a hunk."""
    lines = [b"line %d\n" % number for number in range(40)]
    after = list(lines)
    for number in (2, 20, 37):
        after[number] = b"new\n"
    return Plan(Path("a.py"), b"".join(lines), b"".join(after))


@given(LINES, LINES)
def test_all_hunks_make_the_new_text_and_none_the_old(before: bytes, after: bytes) -> None:
    found = list(hunks(split_lines(before), split_lines(after)))
    assert accepted_bytes(before, found) == after
    assert accepted_bytes(before, []) == before


@given(LINES, LINES)
def test_the_body_of_a_hunk_is_read_as_it_was_written(before: bytes, after: bytes) -> None:
    for hunk in hunks(split_lines(before), split_lines(after)):
        assert read_patch_body(patch_body(hunk)) == hunk.rows


def test_any_choice_of_hunks_changes_just_their_lines() -> None:
    plan = spread_plan()
    found = proposals(plan)
    assert [proposal.line for proposal in found] == [3, 21, 38]
    choices = chain.from_iterable(combinations(found, size) for size in range(4))
    for choice in choices:
        lines = accepted_bytes(plan.before, [proposal.hunk for proposal in choice]).split(b"\n")
        changed = [number for number, line in enumerate(lines, 1) if line == b"new"]
        assert changed == [proposal.line for proposal in choice]


def test_an_edit_belongs_to_the_hunk_at_its_line() -> None:
    from adapter.plan import Edit

    plan = spread_plan()
    plan.edits = [Edit(site("wandb.log", 21), "x", "one"), Edit(site("wandb.init", 3), "y", "two")]
    assert [proposal.rules for proposal in proposals(plan)] == [("two",), ("one",), ()]
    assert [proposal.supports for proposal in proposals(plan)] == [False, False, True]


def test_a_hunk_of_a_notebook_names_its_cells() -> None:
    def notebook(*cells: str) -> bytes:
        entries = [{"cell_type": "code", "source": [cell]} for cell in cells]
        return json.dumps({"cells": entries}, indent=1).encode()

    before = ["first", "second", "third", "fourth", "fifth"]
    plan = Plan(Path("a.ipynb"), notebook(*before), notebook("other", *before[1:4], "last"))
    assert [proposal.cells for proposal in proposals(plan)] == [(1,), (5,)]


def test_a_declined_edit_becomes_a_gap() -> None:
    plan = changed_plan()
    found = proposals(plan)
    assert len(found) == 1

    left = decided(plan, [], found)

    assert not left.changed
    assert left.sites == plan.sites
    assert [gap.reason for gap in left.gaps].count(GapReason.REJECTED) == len(plan.edits)
    assert decided(plan, found, []).after == plan.after
