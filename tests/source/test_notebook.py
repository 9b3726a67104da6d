"""Notebooks: code cells as one Python text, changes put back string by string, all else untouched."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapter.plan import Change, SiteKind, Span
from adapter.source.cells import MaskKind
from adapter.source.edits import OverlapError, apply_changes
from adapter.source.text import Source, SourceError, encode_source, read_source, rewrite

PATH = Path("demo.ipynb")


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if line]


def notebook_of(*cells: str | list[str], **style: Any) -> bytes:
    """A notebook whose first cell is prose, in the style of Jupyter unless `style` says otherwise."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": ["# wandb.log(x)\n", "<b>é</b>"]}
    code = [
        {
            "cell_type": "code",
            "execution_count": 3,
            "metadata": {"tags": []},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["wandb.log(x)\n"]}],
            "source": cell,
        }
        for cell in cells
    ]
    content = {"cells": [prose, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(content, **{"indent": 1, "ensure_ascii": False, **style}) + "\n").encode()


def read(raw: bytes) -> Source:
    return read_source(PATH, raw)


def over(source: Source, old: str, new: str) -> Change:
    """The change of a text that occurs once."""
    assert source.data.count(old.encode()) == 1
    start = source.data.index(old.encode())
    return Change(Span(start, start + len(old.encode())), new)


def cells_after(raw: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(raw)["cells"] if cell["cell_type"] == "code"]


def test_code_cells_become_one_text_with_cell_numbers_of_jupyter() -> None:
    source = read(notebook_of(["import wandb\n", "x = 1"], ["wandb.log(x)"]))
    assert source.cells is not None
    assert [cell.number for cell in source.cells] == [2, 3]
    assert [source.data[cell.start : cell.end] for cell in source.cells] == [
        b"import wandb\nx = 1",
        b"wandb.log(x)",
    ]
    start = source.data.index(b"wandb.log")
    site = source.site(Span(start, start + 12), SiteKind.CALL, "wandb.log")
    assert (site.line, site.column, site.cell) == (1, 1, 3)
    assert source.place(source.data.index(b"x = 1")) == (2, 1, 2)
    assert not source.tree.root_node.has_error


def test_one_changed_line_changes_only_its_string() -> None:
    raw = notebook_of(["import wandb\n", "wandb.log({'é': 1})\n", "y = 2"])
    source = read(raw)
    new = rewrite(source, [over(source, "wandb.log({'é': 1})", 'mlflow.log("é")')])
    assert new == raw.replace(b'''"wandb.log({'\xc3\xa9': 1})\\n"''', b'"mlflow.log(\\"\xc3\xa9\\")\\n"')


def test_new_and_removed_lines_keep_the_layout() -> None:
    raw = notebook_of(["import wandb\n", "x = 1\n", "wandb.finish()"])
    source = read(raw)
    more = rewrite(source, [over(source, "import wandb\n", "import mlflow\nimport os\n")])
    assert more == raw.replace(b'"import wandb\\n"', b'"import mlflow\\n",\n    "import os\\n"')
    less = rewrite(source, [over(source, "import wandb\n", ""), over(source, "x = 1\n", "")])
    assert less == notebook_of(["wandb.finish()"])
    start = source.data.index(b"x = 1")
    between = rewrite(source, [Change(Span(start, start), "y = 2\n")])
    assert between == notebook_of(["import wandb\n", "y = 2\n", "x = 1\n", "wandb.finish()"])
    nothing = rewrite(source, [Change(Span(0, source.cells[0].end if source.cells else 0), "")])
    assert nothing == raw.replace(
        b'[\n    "import wandb\\n",\n    "x = 1\\n",\n    "wandb.finish()"\n   ]', b"[]"
    )


def test_the_last_line_of_a_cell_can_be_taken_away_with_its_line_end() -> None:
    raw = notebook_of(["x = 1\n", "wandb.finish()"], ["y = 1"])
    source = read(raw)
    assert rewrite(source, [over(source, "wandb.finish()\n", "")]) == notebook_of(["x = 1"], ["y = 1"])
    assert rewrite(source, [over(source, "wandb.finish()\n", "end()\n")]) == notebook_of(
        ["x = 1\n", "end()"], ["y = 1"]
    )
    after = source.data.index(b"wandb.finish()\n") + len(b"wandb.finish()\n")
    added = rewrite(source, [Change(Span(after, after), "z = 1\n")])
    assert added == notebook_of(["x = 1\n", "wandb.finish()\n", "z = 1"], ["y = 1"])


def test_text_of_an_empty_cell_is_made_anew() -> None:
    source = read(notebook_of([], ""))
    assert source.cells is not None
    changes = [Change(Span(cell.start, cell.start), "x = 1\ny = 2") for cell in source.cells]
    assert cells_after(rewrite(source, changes)) == ["x = 1\ny = 2"] * 2


def test_source_as_one_string_keeps_all_other_letters() -> None:
    raw = notebook_of("import wandb\nx = '<'\nwandb.log(x)\n").replace(b"<'", b"\\u003c'")
    source = read(raw)
    new = rewrite(
        source, [over(source, "import wandb", "import mlflow"), over(source, "wandb.log(x)", "f(x)")]
    )
    assert new == raw.replace(b"import wandb", b"import mlflow").replace(b"\\nwandb.log(x)", b"\\nf(x)")


def test_escapes_beside_a_change_stay_and_new_letters_are_escaped_alike() -> None:
    raw = notebook_of(["html = '<é>'; wandb.log(html)"], ensure_ascii=True).replace(b"'<", b"'\\u003c")
    source = read(raw)
    new = rewrite(source, [over(source, "wandb.log(html)", "f('ü')")])
    assert new == raw.replace(b"wandb.log(html)", b"f('\\u00fc')")


def test_byte_order_mark_and_windows_line_ends_stay() -> None:
    raw = b"\xef\xbb\xbf" + notebook_of(["a = 1\r\n", "b = 2\r\n"]).replace(b"\n", b"\r\n")
    source = read(raw)
    assert rewrite(source, []) == raw
    new = rewrite(source, [over(source, "a = 1", "c\nd")])
    assert new == raw.replace(b'"a = 1\\r\\n"', b'"c\\r\\n",\r\n    "d\\r\\n"')


def test_magics_are_masked_and_come_back() -> None:
    raw = notebook_of(["%%capture\n", "!pip install wandb -qU\n", "x = !ls\n", "wandb.log(x)"])
    source = read(raw)
    assert [line.text for line in source.shell_lines] == ["%%capture", "!pip install wandb -qU", "!ls"]
    assert b"pip" not in source.data
    new = rewrite(source, [over(source, "wandb.log(x)", "mlflow.log(x)")])
    assert new == raw.replace(b'wandb.log(x)"\n', b'mlflow.log(x)"\n')


def test_a_shell_line_is_edited_as_a_whole_or_in_part() -> None:
    raw = notebook_of(["x = 1\n", "!pip install wandb -qU\n", "y = 1"])
    source = read(raw)
    line = source.shell_lines[0]
    whole = Change(Span(line.start, line.end), "!pip install mlflow -qU")
    at = line.start + line.text.index("wandb")
    part = Change(Span(at, at + 5), "mlflow")
    expected = raw.replace(b"install wandb", b"install mlflow")
    assert rewrite(source, [whole]) == rewrite(source, [part]) == expected
    assert encode_source(source, apply_changes(source.data, [whole])) == expected


def test_a_change_around_a_magic_keeps_it() -> None:
    raw = notebook_of(["with run:\n", "    !ls \\\n", "      -la\n", "    %time wandb.log(x)\n"])
    source = read(raw)
    body = source.data.decode()
    indented = "if a:\n" + "".join(f"  {line}" for line in body.splitlines(keepends=True))
    new = rewrite(source, [Change(Span(0, len(source.data)), indented.replace("wandb", "mlflow"))])
    assert cells_after(new) == ["if a:\n  with run:\n      !ls \\\n        -la\n      %time mlflow.log(x)\n"]


def test_a_cell_that_does_not_parse_is_left_out_alone() -> None:
    raw = notebook_of(["import wandb"], ["This is prose, isn't it"], ["wandb.log(x)"])
    source = read(raw)
    assert not source.tree.root_node.has_error
    assert [(line.kind, line.text) for line in source.shell_lines] == [
        (MaskKind.BROKEN, "This is prose, isn't it")
    ]
    new = rewrite(source, [over(source, "wandb.log(x)", "f(x)")])
    assert cells_after(new) == ["import wandb", "This is prose, isn't it", "f(x)"]


def test_a_notebook_in_another_language_has_no_python() -> None:
    content = json.loads(notebook_of("library(wandb)"))
    content["metadata"] = {"kernelspec": {"language": "R", "name": "ir"}}
    raw = json.dumps(content).encode()
    source = read(raw)
    assert (source.data, source.cells) == (b"", ())
    assert encode_source(source, b"") == raw


def test_a_notebook_of_the_third_format() -> None:
    cells = [{"cell_type": "code", "input": ["wandb.log(x)"], "language": "python"}]
    raw = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    source = read(raw)
    assert rewrite(source, [over(source, "wandb", "mlflow")]) == raw.replace(b"wandb", b"mlflow")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "demo.ipynb:1:1: is not JSON: Expecting '{' (open it in Jupyter"),
        (notebook_of("x")[:-20], "is not JSON: "),
        (
            b'{\n "cells": [\n  {"cell_type": "code",}\n ]\n}',
            "demo.ipynb:3:24: is not JSON: Expecting property name",
        ),
        (b'{"cells": []\n<<<<<<< HEAD\n}', "demo.ipynb:2:1: is not JSON: Expecting ','"),
        (b'{"cells": []} {}', "demo.ipynb:1:15: is not JSON: Extra data"),
        (b'{"a": 1}', "demo.ipynb:1:1: is JSON, but has no cells"),
        (b'{"cells": [{"source": [1]}]}', "demo.ipynb:1:24: is not JSON: Expecting a string"),
        (b'{"cells": ["\xff"]}', "byte 0xff is not UTF-8"),
        (notebook_of("x").replace(b'"x"', b'"\\ud83d"'), "cell 2 holds half of a surrogate pair"),
        (notebook_of("x").replace(b'"x"', b'"\\u0000"'), "cell 2 holds a NUL character"),
        (b'{"cells": [], "x": ' + b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_broken_notebook_is_refused_with_its_place(raw: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(raw)
    assert message in str(caught.value)


def test_changes_over_the_end_of_a_cell_or_over_each_other_are_refused() -> None:
    source = read(notebook_of("x = 1", "y = 2"))
    with pytest.raises(SourceError, match="a change reaches over the end of a cell"):
        rewrite(source, [Change(Span(0, len(source.data)), "")])
    with pytest.raises(OverlapError):
        rewrite(source, [Change(Span(0, 3), ""), Change(Span(2, 4), "")])
    with pytest.raises(SourceError, match="does not have the cells of the notebook"):
        encode_source(source, b"x = 1")


LINES = st.sampled_from(
    [
        "x = 1\n",
        "é = '漢 <\"\\\\>'\n",
        "!pip install wandb\n",
        "\n",
        "def f():\n    pass\n",
        "%time f()\n",
        "# 🙂\n",
    ]
)
CELLS = st.lists(
    st.tuples(st.lists(LINES, max_size=5).map("".join), st.booleans(), st.booleans()), max_size=4
)
STYLES = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 1, "\t"]), "ensure_ascii": st.booleans()},
)


@st.composite
def notebooks(draw: st.DrawFn) -> bytes:
    cells: list[str | list[str]] = []
    for text, as_string, end in draw(CELLS):
        whole = text if end else text.rstrip("\n")
        cells.append(whole if as_string else lines_of(whole))
    return notebook_of(*cells, **draw(STYLES))


@given(notebooks())
def test_without_a_change_every_byte_stays(raw: bytes) -> None:
    source = read(raw)
    assert encode_source(source, source.data) == raw
    assert rewrite(source, []) == raw


@given(notebooks(), st.data())
def test_changes_reach_their_cells_and_nothing_else(raw: bytes, draws: st.DataObject) -> None:
    source = read(raw)
    assert source.notebook is not None
    changes, expected = [], []
    for part in source.notebook.parts:
        text, masks = part.text.decode(), list(part.masks)
        starts = [len(line) for line in lines_of(text)]
        edges = sorted({0, *(len(text[: sum(starts[:n])].encode()) for n in range(len(starts) + 1))})
        inner = []
        for start, end in pairwise(edges):
            kind = draws.draw(st.sampled_from(["keep", "keep", "insert", "replace", "delete"]))
            free = all(mask.end <= start or end <= mask.start for mask in masks)
            if kind == "insert":
                inner.append(Change(Span(start, start), draws.draw(LINES)))
            elif kind != "keep" and free:
                inner.append(Change(Span(start, end), "new = 'é'\n" if kind == "replace" else ""))
        expected.append(apply_changes(part.text, inner).decode())
        offset = part.cell.start
        changes += [Change(Span(c.span.start + offset, c.span.end + offset), c.text) for c in inner]
    new = rewrite(source, changes)
    before, after = json.loads(raw), json.loads(new)
    assert cells_after(new) == expected
    for one, other in zip(before["cells"], after["cells"], strict=True):
        if one["cell_type"] == "code":
            one.pop("source"), other.pop("source")
    assert before == after
    assert json.loads(encode_source(source, apply_changes(source.data, changes))) == json.loads(new)


@given(notebooks(), st.data())
def test_one_line_is_one_string(raw: bytes, draws: st.DataObject) -> None:
    source = read(raw)
    assert source.notebook is not None
    elements = [
        (part, index)
        for part in source.notebook.parts
        for index, element in enumerate(part.raw.elements)
        if element.value.strip() and not part.masks
    ]
    assume(elements)
    part, index = draws.draw(st.sampled_from(elements))
    element = part.raw.elements[index]
    start = part.cell.start + sum(len(item.value.encode()) for item in part.raw.elements[:index])
    end = start + len(element.value.rstrip("\n").encode())
    new = rewrite(source, [Change(Span(start, end), "changed")]).decode()
    text = raw.decode()
    assert new.startswith(text[: element.start])
    assert new.endswith(text[element.end :])
    assert new[element.start : len(new) - len(text[element.end :])].strip('"') in ("changed", "changed\\n")
