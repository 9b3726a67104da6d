"""Imports come and go with the code that uses them: before, what is needed, after."""

import json
from pathlib import Path

import pytest

from adapter.names.imports import find_imports
from adapter.source.edits import apply_changes
from adapter.source.text import Source, read_source, rewrite
from adapter.translate.imports import NeededImport, StaleImport, local_name, plan_imports

MLFLOW = NeededImport("mlflow")
OS = NeededImport("os")
NAMESPACE = NeededImport("types", "SimpleNamespace")
CALLBACK = NeededImport("mlflow.keras", "MlflowCallback")


def stale_imports(source: Source, kept: tuple[str, ...] = ()) -> list[StaleImport]:
    """Every import of wandb, but for the names that are still used."""
    return [
        StaleImport(statement, clause)
        for statement, parts in find_imports(source.tree.root_node, source.data)
        for clause, _, local, target in parts
        if target.partition(".")[0] == "wandb" and local not in kept
    ]


def after(before: str, *needed: NeededImport, kept: tuple[str, ...] = ()) -> str:
    source = read_source(Path("train.py"), before.encode())
    result = apply_changes(source.data, plan_imports(source, needed, stale_imports(source, kept))).decode()
    compile(result, "train.py", "exec")
    return result


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("import wandb\n", "import mlflow\n"),
        ("import torch\nimport wandb  # noqa: F401\n", "import torch\nimport mlflow  # noqa: F401\n"),
        ("import wandb as wb\n", "import mlflow\n"),
        ("import os, wandb, sys\n", "import os, mlflow, sys\n"),
        ("from wandb import init, log as l\n", "import mlflow\n"),
        ("from wandb import (\n    init,\n    log,\n)\n", "import mlflow\n"),
        ("from wandb import *\n", "import mlflow\n"),
        ("import a; import wandb; import b\n", "import a; import mlflow; import b\n"),
        ("if x: import wandb\n", "if x: import mlflow\n"),
        ("import wandb\nimport wandb.sdk\n", "import mlflow\n"),
        ("# tracking\nimport wandb\n", "# tracking\nimport mlflow\n"),
        ("def f():\n    import wandb\n    return 1\n", "def f():\n    import mlflow\n    return 1\n"),
        (
            "def f():\n    import wandb\n\ndef g():\n    import wandb as w  # lazy\n",
            "def f():\n    import mlflow\n\ndef g():\n    import mlflow  # lazy\n",
        ),
        (
            "import wandb\n\ndef f():\n    import wandb\n    return 1\n",
            "import mlflow\n\ndef f():\n    import mlflow\n    return 1\n",
        ),
        (
            "if TYPE_CHECKING:\n    import wandb\n",
            "if TYPE_CHECKING:\n    import mlflow\n",
        ),
        (
            "import wandb\nif TYPE_CHECKING:\n    from wandb import Run\n",
            "import mlflow\nif TYPE_CHECKING:\n    pass\n",
        ),
    ],
)
def test_the_import_gives_its_place(before: str, expected: str) -> None:
    assert after(before, MLFLOW) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("import os\nimport wandb\nimport sys\n", "import os\nimport sys\n"),
        ("import os, wandb, sys\n", "import os, sys\n"),
        ("import wandb, os\n", "import os\n"),
        ("import os, wandb\n", "import os\n"),
        ("import a; import wandb; import b\n", "import a; import b\n"),
        ("import a; import wandb\n", "import a\n"),
        ("import os\n\nimport wandb\n\nimport x\n", "import os\n\nimport x\n"),
        ("import os\nimport wandb\n\n\ndef f(): pass\n", "import os\n\n\ndef f(): pass\n"),
        ("import wandb\n\nx = 1\n", "x = 1\n"),
        ("import os\n\nimport wandb\n\n\ndef f(): pass\n", "import os\n\n\ndef f(): pass\n"),
        ("# why\nimport wandb  # noqa\nimport x\n", "# why\nimport x\n"),
        ("def f():\n    import wandb\n", "def f():\n    pass\n"),
        ("def f():\n    import wandb\n    return 1\n", "def f():\n    return 1\n"),
        ("if x: import wandb\n", "if x: pass\n"),
        (
            "if x:\n    import wandb\n    from wandb import log\nelse:\n    y\n",
            "if x:\n    pass\nelse:\n    y\n",
        ),
        ("import os\nimport wandb", "import os"),
    ],
)
def test_an_import_that_nothing_replaces_goes(before: str, expected: str) -> None:
    assert after(before) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("from wandb import init, log, Table\n", "from wandb import log\n"),
        ("from wandb import log as log, init\n", "from wandb import log as log\n"),
        ("from wandb import (init, log)\n", "from wandb import (log)\n"),
        (
            "from wandb import (\n    init,  # start\n    log,\n    Table,  # data\n)\n",
            "from wandb import (\n    log,\n)\n",
        ),
        ("from wandb import init, \\\n    log\n", "from wandb import \\\n    log\n"),
        ("from wandb import log, \\\n    init\n", "from wandb import log\n"),
    ],
)
def test_only_the_clauses_that_nothing_uses_go(before: str, expected: str) -> None:
    assert after(before, kept=("log",)) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n",
            "try:\n    import mlflow\nexcept ImportError:\n    mlflow = None\n",
        ),
        (
            "try:\n    import wandb\n    HAS_WANDB = True\nexcept ImportError:\n    HAS_WANDB = False\n",
            "try:\n    import mlflow\n    HAS_WANDB = True\nexcept ImportError:\n    HAS_WANDB = False\n",
        ),
        (
            "try:\n    import wandb\n    from wandb import a\nexcept E:\n    wandb = None\n    a = None\n",
            "try:\n    import mlflow\nexcept E:\n    mlflow = None\n",
        ),
        (
            "wandb = None\nif use:\n    import wandb\n",
            "mlflow = None\nif use:\n    import mlflow\n",
        ),
        (
            "def f():\n    global wandb\n    import wandb\n",
            "def f():\n    global mlflow\n    import mlflow\n",
        ),
        (
            "def f():\n    wandb = None\ntry:\n    import wandb\nexcept E:\n    raise\ndel wandb\n",
            "def f():\n    wandb = None\ntry:\n    import mlflow\nexcept E:\n    raise\ndel mlflow\n",
        ),
    ],
)
def test_a_guard_follows_its_import(before: str, expected: str) -> None:
    assert after(before, MLFLOW) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "import mlflow\ntry:\n    import wandb\nexcept ImportError:\n    wandb = None\nx\n",
            "import mlflow\nx\n",
        ),
        (
            "import mlflow\ntry:\n    import wandb\n    OK = True\nexcept ImportError:\n    wandb = None\n",
            "import mlflow\ntry:\n    OK = True\nexcept ImportError:\n    pass\n",
        ),
        (
            "import mlflow\ntry:\n    import wandb\nexcept ImportError:\n    wandb = None  # why\n",
            "import mlflow\ntry:\n    pass\nexcept ImportError:\n    pass  # why\n",
        ),
    ],
)
def test_a_guard_of_nothing_goes(before: str, expected: str) -> None:
    assert after(before, MLFLOW) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("import mlflow\nimport wandb\n", "import mlflow\n"),
        ("import wandb\nimport mlflow\n", "import mlflow\n"),
        ("import mlflow.keras\nimport wandb\n", "import mlflow.keras\n"),
        ("import mlflow as mf\nimport wandb\n", "import mlflow as mf\nimport mlflow\n"),
        (
            "def f():\n    import mlflow\nimport wandb\n",
            "def f():\n    import mlflow\nimport mlflow\n",
        ),
        (
            "import wandb\nwandb.init()\nimport mlflow\n",
            "import mlflow\nwandb.init()\nimport mlflow\n",
        ),
    ],
)
def test_what_is_imported_already_is_not_imported_again(before: str, expected: str) -> None:
    assert after(before, MLFLOW) == expected


@pytest.mark.parametrize(
    ("text", "needed", "expected"),
    [
        ("import mlflow as mf\n", MLFLOW, "mf"),
        ("import mlflow.keras\n", MLFLOW, "mlflow"),
        ("from types import SimpleNamespace as NS\n", NAMESPACE, "NS"),
        ("def f():\n    import mlflow as mf\n", MLFLOW, "mlflow"),
        ("if TYPE_CHECKING:\n    import mlflow as mf\n", MLFLOW, "mlflow"),
        ("", NAMESPACE, "SimpleNamespace"),
        ("", NeededImport("mlflow", alias="mf"), "mf"),
    ],
)
def test_the_local_name_of_what_is_needed(text: str, needed: NeededImport, expected: str) -> None:
    assert local_name(read_source(Path("train.py"), text.encode()), needed) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "import wandb\nfrom wandb.keras import WandbCallback  # x\n",
            "import mlflow\nfrom mlflow.keras import MlflowCallback  # x\n",
        ),
        (
            "import wandb\n\ndef f():\n    from wandb.keras import WandbCallback\n",
            "import mlflow\n\ndef f():\n    from mlflow.keras import MlflowCallback\n",
        ),
        (
            "import numpy\nimport torch\nimport wandb\n\nx = 1\n",
            "import mlflow\nimport numpy\nimport torch\nfrom mlflow.keras import MlflowCallback\n\nx = 1\n",
        ),
        (
            "from keras import Model\nimport wandb\nimport abc_\n",
            "from keras import Model\nimport mlflow\nfrom mlflow.keras import MlflowCallback\nimport abc_\n",
        ),
        (
            "try:\n    import wandb  # x\nexcept E: ...\n",
            "try:\n    import mlflow  # x\n    from mlflow.keras import MlflowCallback\nexcept E: ...\n",
        ),
        (
            "if x: import wandb\n",
            "if x: import mlflow; from mlflow.keras import MlflowCallback\n",
        ),
        (
            "import wandb\nfrom mlflow.keras import autolog\n",
            "import mlflow\nfrom mlflow.keras import MlflowCallback, autolog\n",
        ),
    ],
)
def test_several_needed_imports(before: str, expected: str) -> None:
    assert after(before, MLFLOW, CALLBACK) == expected


def test_a_name_from_the_same_module_takes_the_place_of_the_old_one() -> None:
    source = read_source(Path("a.py"), b"from loggers import CSVLogger, WandbLogger  # x\n")
    statement = source.tree.root_node.named_children[0]
    stale = [StaleImport(statement, statement.children_by_field_name("name")[1])]
    changes = plan_imports(source, [NeededImport("loggers", "MLFlowLogger")], stale)
    assert apply_changes(source.data, changes) == b"from loggers import CSVLogger, MLFlowLogger  # x\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "import argparse\nimport sys\n\nimport wandb\n",
            "import argparse\nimport os\nimport sys\n\nimport mlflow\n",
        ),
        (
            "import sys\nimport argparse\nimport wandb\n",
            "import sys\nimport argparse\nimport os\nimport mlflow\n",
        ),
        ("import torch\nimport wandb\n", "import os\n\nimport torch\nimport mlflow\n"),
        ("import wandb\n", "import os\n\nimport mlflow\n"),
        ('"""Doc."""\nimport wandb\n', '"""Doc."""\nimport os\n\nimport mlflow\n'),
        (
            "from __future__ import annotations\n\nimport wandb\n",
            "from __future__ import annotations\n\nimport os\n\nimport mlflow\n",
        ),
        ("#!/usr/bin/env python\nimport wandb\n", "#!/usr/bin/env python\nimport os\n\nimport mlflow\n"),
        (
            "import abc\n# ours\nfrom .a import b\nimport wandb\n",
            "import abc\nimport os\n# ours\nfrom .a import b\nimport mlflow\n",
        ),
        (
            "import sys\nfrom abc import ABC\n\nimport wandb\n",
            "import os\nimport sys\nfrom abc import ABC\n\nimport mlflow\n",
        ),
        (
            "from abc import ABC\nimport sys\n\nimport wandb\n",
            "from abc import ABC\nimport os\nimport sys\n\nimport mlflow\n",
        ),
        ("def f():\n    import wandb\n", "import os\n\ndef f():\n    import mlflow\n"),
    ],
)
def test_the_standard_library_goes_to_its_own_section(before: str, expected: str) -> None:
    assert after(before, MLFLOW, OS) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("from types import A\n", "from types import A, SimpleNamespace\n"),
        ("from types import TracebackType\n", "from types import SimpleNamespace, TracebackType\n"),
        ("from types import b, A\n", "from types import b, A, SimpleNamespace\n"),
        ("from types import (A, Z)  # x\n", "from types import (A, SimpleNamespace, Z)  # x\n"),
        (
            "from types import (\n    A,\n    Z,  # z\n)\n",
            "from types import (\n    A,\n    SimpleNamespace,\n    Z,  # z\n)\n",
        ),
        (
            "from types import (\n    A,  # a\n)\n",
            "from types import (\n    A,\n    SimpleNamespace,  # a\n)\n",
        ),
        (
            "from types import A\nfrom types import B\n",
            "from types import A\nfrom types import B\nfrom types import SimpleNamespace\n",
        ),
        ("from types import *\n", "from types import *\nfrom types import SimpleNamespace\n"),
        (
            "from types import SimpleNamespace as S\n",
            "from types import SimpleNamespace as S, SimpleNamespace\n",
        ),
    ],
)
def test_a_name_joins_the_from_import_that_is_there(before: str, expected: str) -> None:
    assert after(before, NAMESPACE) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("x = 1\n", "import os\n\nx = 1\n"),
        ('"""Doc."""\n\nx = 1\n', '"""Doc."""\n\nimport os\n\nx = 1\n'),
        ("# Licence: MIT\n\nx = 1\n", "# Licence: MIT\n\nimport os\n\nx = 1\n"),
        ("# about x\nx = 1\n", "import os\n\n# about x\nx = 1\n"),
        (
            "#!/bin/python\n# -*- coding: utf-8 -*-\nx = 1\n",
            "#!/bin/python\n# -*- coding: utf-8 -*-\nimport os\n\nx = 1\n",
        ),
        ("", "import os\n"),
        ("# only this\n", "# only this\nimport os\n"),
        ("from __future__ import division\nx = 1\n", "from __future__ import division\n\nimport os\nx = 1\n"),
    ],
)
def test_the_first_import_of_a_module(before: str, expected: str) -> None:
    assert after(before, OS) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("import torch\nimport wandb\n", "import mlflow\nimport torch\nimport wandb\n"),
        ("import wandb\nimport torch\n", "import wandb\nimport mlflow\nimport torch\n"),
        ("def f():\n    import wandb\n", "def f():\n    import wandb\n    import mlflow\n"),
        (
            "try:\n    import wandb\nexcept E:\n    wandb = None\n",
            "try:\n    import wandb\n    import mlflow\nexcept E:\n    wandb = None\n    mlflow = None\n",
        ),
        ("from wandb import init, log\n", "import mlflow\nfrom wandb import log\n"),
    ],
)
def test_an_import_that_stays_has_the_new_one_beside_it(before: str, expected: str) -> None:
    source = read_source(Path("train.py"), before.encode())
    used = {item.statement.id: item.statement for item in stale_imports(source)}
    stale = [item for item in stale_imports(source, kept=("wandb", "log")) if b"init" in source.data]
    changes = plan_imports(source, [MLFLOW], stale, kept=list(used.values()))
    assert apply_changes(source.data, changes).decode() == expected


def test_a_place_that_needs_an_import_decides_where_it_goes() -> None:
    text = "def f():\n    import wandb\n    use()\n\ndef g():\n    import wandb\n    other()\n"
    source = read_source(Path("train.py"), text.encode())
    needed = [
        NeededImport("mlflow", at=(text.index("use"), text.index("other"))),
        NeededImport("pandas", at=(text.index("use"),)),
    ]
    expected = text.replace("wandb", "mlflow").replace("    use", "    import pandas\n    use")
    assert (
        apply_changes(source.data, plan_imports(source, needed, stale_imports(source))).decode() == expected
    )


def test_a_further_import_is_sorted_by_what_stands_there_now() -> None:
    before = "import numpy\nimport wandb\nfrom a import b\n"
    assert after(before, MLFLOW, NeededImport("pandas", alias="pd")) == (
        "import mlflow\nimport numpy\nimport pandas as pd\nfrom a import b\n"
    )


def test_crlf_and_tabs_stay() -> None:
    source = read_source(Path("a.py"), b"def f():\r\n\timport wandb\r\n\treturn 1\r\nimport sys\r\n")
    changes = plan_imports(source, [MLFLOW, CALLBACK, OS], stale_imports(source))
    assert rewrite(source, changes) == (
        b"import os\r\n\r\ndef f():\r\n\timport mlflow\r\n\tfrom mlflow.keras import MlflowCallback\r\n"
        b"\treturn 1\r\nimport sys\r\n"
    )


def notebook(*cells: list[str]) -> bytes:
    code = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            [["!ls"], ["import sys\n", "import wandb\n", "x"]],
            [
                ["!ls"],
                ["import sys\n", "from types import SimpleNamespace\n", "import mlflow\n", "x"],
            ],
        ),
        (
            [
                ["import wandb"],
                ["%pylab\n", "import torch\n", "from wandb.keras import WandbCallback\n", "x"],
            ],
            [
                ["from types import SimpleNamespace\n", "\n", "import mlflow"],
                ["%pylab\n", "import torch\n", "x"],
            ],
        ),
        (
            [["import sys"], ["import wandb"], ["x"], ["import wandb"]],
            [
                ["import sys"],
                ["from types import SimpleNamespace\n", "\n", "import mlflow"],
                ["x"],
                ["import mlflow"],
            ],
        ),
    ],
)
def test_a_notebook_cell_keeps_its_imports(before: list[list[str]], expected: list[list[str]]) -> None:
    source = read_source(Path("a.ipynb"), notebook(*before))
    changes = plan_imports(source, [MLFLOW, NAMESPACE], stale_imports(source))
    cells = json.loads(rewrite(source, changes))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["".join(cell) for cell in expected]


def test_a_cell_that_only_imported_is_left_empty() -> None:
    source = read_source(Path("a.ipynb"), notebook(["import mlflow"], ["import wandb"], ["x"]))
    cells = json.loads(rewrite(source, plan_imports(source, [MLFLOW], stale_imports(source))))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["import mlflow", "", "x"]


def test_a_cell_magic_stays_in_front() -> None:
    source = read_source(Path("a.ipynb"), notebook(["%%time\n", "x = 1"]))
    cells = json.loads(rewrite(source, plan_imports(source, [OS], [])))["cells"]
    assert "".join(cells[0]["source"]) == "%%time\nimport os\n\nx = 1"
