"""Differences of two texts."""

import difflib
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.report.diff import unified
from adapter.report.lines import hunks, split_lines

few_lines = st.lists(
    st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"d\re\n", "ü\n".encode()]), max_size=30
)
endings = st.sampled_from([b"", b"end", b"\xff\xfe", b"\r"])
texts = st.builds(lambda lines, end: b"".join(lines) + end, few_lines, endings)


def rebuilt(before: bytes, after: bytes) -> bytes:
    """The second text, put together from the first and the hunks."""
    old = split_lines(before)
    result: list[bytes] = []
    position = 0
    for hunk in hunks(old, split_lines(after)):
        result += old[position : hunk.before_start]
        removed = [line for sign, line in hunk.rows if sign != b"+"]
        assert removed == old[hunk.before_start : hunk.before_end]
        result += [line for sign, line in hunk.rows if sign != b"-"]
        position = hunk.before_end
    return b"".join(result + old[position:])


@given(texts, texts)
def test_hunks_lead_from_one_text_to_the_other(before: bytes, after: bytes) -> None:
    assert rebuilt(before, after) == after


@given(texts)
def test_equal_texts_have_no_hunk(text: bytes) -> None:
    assert list(hunks(split_lines(text), split_lines(text))) == []


def test_headers_and_context_are_those_of_difflib() -> None:
    before = [f"line {number}\n" for number in range(40)]
    after = [*before[:3], "new\n", *before[3:20], "other\n", *before[21:39]]
    expected = [row.rstrip() for row in difflib.unified_diff(before, after) if row.startswith("@@")]

    found = hunks([line.encode() for line in before], [line.encode() for line in after])

    assert [hunk.header() for hunk in found] == expected


def test_hunks_are_as_small_as_those_of_difflib_for_scattered_changes() -> None:
    random.seed(3)
    before = [f"value_{random.randrange(400)} = {random.randrange(4)}\n" for _ in range(2_000)]
    after = [line.replace("value_7", "amount_7") for line in before]
    changed = sum(1 for old, new in zip(before, after, strict=True) if old != new)

    found = hunks([line.encode() for line in before], [line.encode() for line in after])

    assert sum(sign == b"+" for hunk in found for sign, _line in hunk.rows) == changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"import wandb\nwandb.log(x)\n", b"import mlflow\nmlflow.log_metrics(x)\n"),
        (b"a\nwandb.log(x)", b"a\nmlflow.log_metrics(x)"),
        (b"a\nwandb.log(x)", b"a\nmlflow.log_metrics(x)\n"),
        (b"a\r\nwandb.log(x)\r\nb\r\n", b"a\r\nmlflow.log_metrics(x)\r\nb\r\n"),
        (b"# coding: latin-1\nwandb.log('\xe9')\n", b"# coding: latin-1\nmlflow.log_metrics('\xe9')\n"),
        (b"\xef\xbb\xbfimport wandb\n\x0c\nwandb.log(x)\n", b"\xef\xbb\xbfimport mlflow\n\x0c\nlog(x)\n"),
        (b"", b"new\n"),
        (b"old\n", b""),
    ],
    ids=["plain", "no newline", "newline added", "crlf", "latin-1", "bom and form feed", "filled", "emptied"],
)
@pytest.mark.parametrize("name", ["train.py", "my train.py", 'odd"name.py', "ünïcode.py"])
def test_git_applies_the_patch_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes, after: bytes, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    path.write_bytes(before)
    (tmp_path / "patch").write_bytes(unified(path, before, after))

    subprocess.run(["git", "apply", "--whitespace=nowarn", "patch"], check=True)

    assert path.read_bytes() == after
