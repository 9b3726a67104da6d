"""Notebook lines that are not Python are masked by Python of the same length."""

from __future__ import annotations

import ast

import pytest

from adapter.source.magics import find_masks, placeholder


def masked(text: str) -> str:
    data = text.encode()
    for number, mask in reversed(list(enumerate(find_masks(data)))):
        stands = placeholder(data[mask.start : mask.end], number, mask.opens)
        data = data[: mask.start] + stands + data[mask.end :]
    assert len(data) == len(text.encode())
    return data.decode()


def masks(text: str) -> list[tuple[str, str]]:
    data = text.encode()
    return [(mask.kind.value, data[mask.start : mask.end].decode()) for mask in find_masks(data)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("!pip install wandb -q\nimport wandb", [("shell", "!pip install wandb -q")]),
        ("%matplotlib inline  \r\nx = 1", [("magic", "%matplotlib inline")]),
        ("if colab:\n    !ls {path}\nelse:\n    pass", [("shell", "!ls {path}")]),
        ("files = !ls *.py", [("shell", "!ls *.py")]),
        ("a.b['c'] = %pwd", [("magic", "%pwd")]),
        ("wandb.init?\nrun??", [("help", "wandb.init?"), ("help", "run??")]),
        ("?wandb.log", [("help", "?wandb.log")]),
        (
            "!pip install \\\n   wandb \\\n   torch\nx = 1",
            [("shell", "!pip install \\\n   wandb \\\n   torch")],
        ),
        ("%%capture out\n!pip install x\nx = 1", [("magic", "%%capture out"), ("shell", "!pip install x")]),
        ("%%wandb\nmodel.fit()", [("magic", "%%wandb")]),
        ("\n%%bash\npip install wandb\n\nls", [("other-language", "%%bash\npip install wandb\n\nls")]),
        ("%%time\n%%html\n<b>", [("magic", "%%time"), ("other-language", "%%html\n<b>")]),
        ("pip install wandb", [("shell", "pip install wandb")]),
        ("cd /content\nls -la", [("shell", "cd /content"), ("shell", "ls -la")]),
        ("%time run.log(x)", [("magic", "%time ")]),
        ("%timeit -n 10 -r3 run.log(x)", [("magic", "%timeit -n 10 -r3 ")]),
        ("%time for x in y: f(x)", [("magic", "%time for x in y: f(x)")]),
        ("!echo é漢", [("shell", "!echo é漢")]),
    ],
)
def test_what_is_masked(text: str, found: list[tuple[str, str]]) -> None:
    assert masks(text) == found
    ast.parse(masked(text))
    assert masked(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "x = (a\n%b)",
        's = """\n%time\n!ls\nwhat?\n"""',
        "s = '''it's\n!ls'''",
        "x = a \\\n% b",
        "print('100%!')  # really?",
        "x = {'a': [\n1,\n]}\ny = 5 % 3",
        "a != b",
        "a %= b",
        "print('x=!y')",
        "ls = [1]\nls -= [1]\ncat in ls\nrm = cp",
        "# !pip install wandb\n# why?",
    ],
)
def test_what_is_python_stays(text: str) -> None:
    assert masks(text) == []


def test_a_statement_behind_a_timing_magic_stays_python() -> None:
    assert masked("%time run.log(x)") == "____0;run.log(x)"
    assert masked("%%time\nx = 1") == "_____0\nx = 1"
