"""Every way to import a library, and what the imported names then stand for."""
# ruff: noqa: E501 - a snippet stays on one line, so that the tables can be read

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.names.examples import imports, names, sites


@pytest.mark.parametrize(
    ("line", "used", "api"),
    [
        ("import wandb", "wandb.log(x)", "wandb.log"),
        ("import wandb as wb", "wb.log(x)", "wandb.log"),
        ("import os, wandb as wb, sys", "wb.log(x)", "wandb.log"),
        ("from wandb import log", "log(x)", "wandb.log"),
        ("from wandb import init as a, log as b", "b(x)", "wandb.log"),
        ("from wandb import (\n    init,\n    log,  # both\n)", "log(x)", "wandb.log"),
        ("from wandb import *", "log(x)", "wandb.log"),
        ("import wandb.sdk as s", "s.init()", "wandb.sdk.init"),
        ("import wandb.plot", "wandb.plot.bar(x)", "wandb.plot.bar"),
        ("import wandb.plot", "wandb.log(x)", "wandb.log"),
        ("import wandb . plot as p", "p.bar(x)", "wandb.plot.bar"),
        ("from wandb.integration.keras import WandbCallback", "WandbCallback()", "wandb.integration.keras.WandbCallback"),
        ("from wandb.integration import keras", "keras.WandbCallback()", "wandb.integration.keras.WandbCallback"),
        ("from wandb import plot as p", "p.bar(x)", "wandb.plot.bar"),
        ("from wandb import join", "join()", "wandb.finish"),
        ("import wandb; import os", "wandb.log(x)", "wandb.log"),
        ("try:\n    import wandb\nexcept ImportError:\n    wandb = None", "wandb.log(x)", "wandb.log"),
        ("if True:\n    import wandb\nelse:\n    wandb = None", "wandb.log(x)", "wandb.log"),
        ("wandb = None\nif useful:\n    import wandb", "wandb.log(x)", "wandb.log"),
        ("import wandb\nw = wandb", "w.log(x)", "wandb.log"),
        ("import wandb\nlog = wandb.log", "log(x)", "wandb.log"),
    ],
)  # fmt: skip
def test_the_imported_name_is_followed(line: str, used: str, api: str) -> None:
    found = sites(f"{line}\n{used}\n")
    assert f"{line.count(chr(10)) + 2} call {api}" in found


def test_a_clause_is_a_site() -> None:
    text = """
        import wandb, os
        import wandb.plot
        from wandb import init as start, sdk
        from wandb import *
        from lightning.pytorch.loggers import WandbLogger, CSVLogger
        import lightning
        import numpy as np
    """
    assert imports(text) == [
        "1 import wandb",
        "2 import wandb.plot",
        "3 import wandb.init",
        "3 import wandb.sdk",
        "4 import wandb.*",
        "5 import lightning.pytorch.loggers.WandbLogger",
    ]


def test_what_an_import_binds() -> None:
    asked = names("""
        import a.b.c
        import a.b as d
        from . import e
        from ..f import g as h
        def function():
            from i import *
    """)
    assert [(each.local, each.bound, each.target, each.at_module_level, each.star) for each in asked.imports] == [
        ("a", "a", "a.b.c", True, False),
        ("d", "a.b", "a.b", True, False),
        ("e", ".e", ".e", True, False),
        ("h", "..f.g", "..f.g", True, False),
        ("*", "i.*", "i.*", False, True),
    ]  # fmt: skip


def test_an_import_in_a_function_is_seen_in_that_function_only() -> None:
    text = """
        def first():
            import wandb
            wandb.log(1)
        def second(wandb):
            wandb.log(2)
    """
    assert sites(text) == ["3 call wandb.log"]


def test_an_import_declared_global_is_seen_everywhere() -> None:
    text = """
        def start():
            global wandb
            import wandb
        def go():
            wandb.log(1)
    """
    assert sites(text) == ["5 call wandb.log"]


@pytest.mark.parametrize(
    "text",
    [
        "from lightning.pytorch.loggers import WandbLogger as L\nL().experiment.log(x)",
        "import lightning.pytorch.loggers as ll\nll.WandbLogger().experiment.log(x)",
        "import lightning\nlightning.pytorch.loggers.WandbLogger().experiment.log(x)",
        "import lightning as li\nli.pytorch.loggers.WandbLogger().experiment.log(x)",
        "from lightning import pytorch as pl\npl.loggers.WandbLogger().experiment.log(x)",
        "from pytorch_lightning.loggers import WandbLogger\nWandbLogger().experiment.log(x)",
    ],
)
def test_a_name_in_another_package_that_belongs_to_the_library(text: str) -> None:
    logger = "lightning.pytorch.loggers.WandbLogger"
    assert sites(text) == [f"2 call {logger}", f"2 read {logger}.experiment", "2 call wandb.Run.log"]


def test_sites_in_a_file_that_does_not_parse() -> None:
    text = """
        import wandb
        run = wandb.init()
        def broken(:
            pass
        run.log({"a": 1})
        wandb.finish()
    """
    assert sites(text) == ["2 call wandb.init", "5 call wandb.Run.log", "6 call wandb.finish"]


def test_the_library_without_an_import_in_an_intact_file_is_reported_not_guessed() -> None:
    asked = names("wandb.log(1)\nwandb.plot.bar(2)\nx = wandb.run.id\n")
    assert asked.uses() == []
    assert [use.api for use in asked.unknown_receivers()] == ["?.log", "?.bar", "?.id"]


def test_a_python_2_file_still_shows_its_sites() -> None:
    assert sites("import wandb\nprint wandb.run.id\nprint 'x', wandb.log(1)\n") == [
        "2 read wandb.run",
        "2 read wandb.Run.id",
        "3 call wandb.log",
    ]


def test_a_name_that_is_missing_is_no_name() -> None:
    cut = PROGRAM[:240] + PROGRAM[416:]
    assert names(cut).uses()


@given(st.data())
def test_a_file_with_a_hole_in_it_is_read_all_the_same(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(PROGRAM)))
    end = data.draw(st.integers(start, len(PROGRAM)))
    asked = names(PROGRAM[:start] + PROGRAM[end:])
    found = asked.uses() + asked.unknown_receivers()
    assert all(0 <= use.node.start_byte < use.node.end_byte <= len(asked.source.data) for use in found)


PROGRAM = """
import os, wandb as wb
from wandb import log
class A(wb.B):
    def __init__(self, run: "wb.Run" = None):
        self.run = run or wb.init()
    async def go(self, *a, x=lambda y: wb.run, **k):
        with wb.init() as (self.r, z):
            [q.log(w) for q in self.run.x if (w := q)]
        match z:
            case [wb.X(log=v), *rest]: v.log(1)
        global log; del log
        try: return await self.run.log(f"{wb.config.lr!r:>{z}}")
        except* E as e: os.environ["WANDB_MODE"] += e
a, (b, *c) = d = A(wb.init()), [1]
for a.b in getattr(wb, c): a.log(T(report_to="wandb"))
""".lstrip()
