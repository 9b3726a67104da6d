"""The kinds of sites, and the part of the text that each one stands for."""

from __future__ import annotations

import json
from pathlib import Path

from adapter.names.catalog import LibraryCatalog
from adapter.names.uses import Names
from adapter.plan import SiteKind
from adapter.source.text import read_source
from tests.names.examples import WANDB, names, sites, spelled


def test_a_chain_is_one_site_unless_a_part_makes_an_object() -> None:
    text = """
        import wandb
        wandb.plot.bar(1)
        wandb.run.log(2)
        wandb.run.config.model.width
        wandb.Api().runs("x").total.size
    """
    assert sites(text) == [
        "2 call wandb.plot.bar",
        "3 read wandb.run",
        "3 call wandb.Run.log",
        "4 read wandb.run",
        "4 read wandb.Run.config",
        "4 read wandb.Config.model.width",
        "5 call wandb.Api",
        "5 call wandb.Api.runs",
        "5 read wandb.Api.runs().total.size",
    ]


def test_a_call_behind_keys_is_one_site() -> None:
    catalog = LibraryCatalog(
        root="neptune",
        makers={
            "neptune.init_run()": "neptune.Run",
            "neptune.Run[]": "neptune.Handler",
            "neptune.Handler[]": "neptune.Handler",
        },
    )
    text = b"""import neptune
run = neptune.init_run()
run["train"]["loss"].append(1)
train = run["train"]
train["loss"].append(2)
train["size"] = 3
"""
    found = Names(read_source(Path("example.py"), text), catalog).uses()
    assert [
        (use.api, (use.node.text or b"").decode()) for use in found if use.kind is not SiteKind.IMPORT
    ] == [
        ("neptune.init_run", "neptune.init_run()"),
        ("neptune.Handler.append", 'run["train"]["loss"].append(1)'),
        ("neptune.Run[]", 'run["train"]'),
        ("neptune.Handler.append", 'train["loss"].append(2)'),
        ("neptune.Handler[]", 'train["size"] = 3'),
    ]


def test_reads_and_writes() -> None:
    text = """
        import wandb
        run = wandb.init()
        run.config.lr = 1
        run.config.lr += 1
        x = run.config.lr
        run.config.a, y = 1, 2
        run.summary["acc"] = 1
        run.summary["acc"] += 1
        z = run.summary["acc"]
        del run.summary["acc"]
        config = wandb.config
        config.update({})
        foo(run)
        foo(wandb)
    """
    assert [site for site in sites(text) if not site.endswith(("Run.config", "Run.summary"))] == [
        "2 call wandb.init",
        "3 write wandb.Config.lr",
        "4 write wandb.Config.lr",
        "5 read wandb.Config.lr",
        "6 write wandb.Config.a",
        "7 subscript-write wandb.Summary[]",
        "8 subscript-write wandb.Summary[]",
        "9 subscript-read wandb.Summary[]",
        "10 subscript-write wandb.Summary[]",
        "11 read wandb.config",
        "12 call wandb.Config.update",
        "14 read wandb",
    ]


def test_the_nodes_of_a_site() -> None:
    text = """
        import wandb
        run = wandb.init(a=1)
        run.config.lr = 3
        run.summary["x"] = run.config["y"]
        @wandb.trace(1)
        def f(r: wandb.Run): pass
    """
    assert spelled(text, "wandb.init") == [("wandb.init(a=1)", "wandb")]
    assert spelled(text, "wandb.Config.lr") == [("run.config.lr = 3", "run.config")]
    assert spelled(text, "wandb.Summary[]") == [('run.summary["x"] = run.config["y"]', "run.summary")]
    assert spelled(text, "wandb.Config[]") == [('run.config["y"]', "run.config")]
    assert spelled(text, "wandb.trace") == [("wandb.trace(1)", "wandb")]
    assert spelled(text, "wandb.Run") == [("wandb.Run", "wandb")]


def test_decorators_bases_and_annotations() -> None:
    text = """
        import wandb
        from wandb.keras import WandbCallback
        @wandb.trace
        def f(run: wandb.Run) -> "wandb.Run": pass
        @wandb.trace(name="x")
        class A(wandb.Base, WandbCallback, metaclass=wandb.Meta): pass
        x: wandb.sdk.wandb_run.Run = None
        y: "dict[str, wandb.Table]"
    """
    assert sites(text) == [
        "3 decorator wandb.trace",
        "4 annotation wandb.Run",
        "4 annotation wandb.Run",
        "5 decorator wandb.trace",
        "6 base-class wandb.Base",
        "6 base-class wandb.keras.WandbCallback",
        "6 read wandb.Meta",
        "7 annotation wandb.Run",
        "8 annotation wandb.Table",
    ]


def test_an_imported_object_is_read_wherever_it_is_named() -> None:
    text = """
        from wandb import run, config, log
        run.log(1)
        foo(config)
        callback(log)
    """
    assert sites(text) == [
        "2 read wandb.run",
        "2 call wandb.Run.log",
        "3 read wandb.config",
        "4 read wandb.log",
    ]


def test_a_value_that_came_out_of_the_library_is_plain_data() -> None:
    text = """
        import wandb
        run = wandb.init()
        name = run.config.name
        name.lower()
        rate = run.config["rate"]
        rate.item()
        frame = wandb.Api().frame()
        frame.iloc[0]
    """
    assert [site for site in sites(text) if site[0] in "468"] == []


def test_elements_of_what_the_library_gives() -> None:
    text = """
        import wandb
        for run in wandb.Api().runs("a"):
            run.summary
        [r.id for r in wandb.Api().runs("b")]
        wandb.Api().runs("c")[0].id
    """
    members = [site for site in sites(text) if "PublicRun" in site]
    assert members == [
        "3 read wandb.PublicRun.summary",
        "4 read wandb.PublicRun.id",
        "5 read wandb.PublicRun.id",
    ]


def test_dynamic_uses_are_sites_too() -> None:
    text = """
        import wandb, sys, importlib
        getattr(wandb, name)(x)
        getattr(wandb, "log")(x)
        getattr(wandb.run, "id", None)
        importlib.import_module("wandb")
        __import__("wandb").log(1)
        sys.modules["wandb"]
    """
    assert sites(text) == [
        "2 call wandb.<dynamic>",
        "3 call wandb.log",
        "4 read wandb.Run.id",
        "4 read wandb.run",
        "5 call wandb.<dynamic>",
        "6 call wandb.<dynamic>",
        "6 call wandb.log",
        "7 subscript-read wandb.<dynamic>",
    ]


def test_patches_by_a_text_are_sites_too() -> None:
    text = """
        from unittest.mock import patch
        @patch("shapes.evaluate.wandb")
        def test_logs(mock): ...
        monkeypatch.setattr("shapes.train.wandb.log", print)
        monkeypatch.setattr("shapes.train.open", print)
        patch("shapes.wandb_helper")
        setattr(thing, "wandb", 1)
    """
    assert sites(text) == ["2 call wandb.<dynamic>", "4 call wandb.<dynamic>"]


def test_keyword_values() -> None:
    text = """
        a = Arguments(report_to="wandb")
        b = Arguments(report_to=["tensorboard", 'wandb'])
        c = Arguments(report_to="all", logger="wandb")
        d = "wandb"
        e = Arguments(report_to=pick({"x": "wandb"}))
    """
    assert sites(text) == ["1 keyword-value report_to=wandb", "2 keyword-value report_to=wandb"]


def test_environment_variables() -> None:
    text = """
        import os
        from os import environ as env, getenv
        os.environ["WANDB_MODE"] = "offline"
        env["WANDB_MODE"]
        os.environ.get("WANDB_MODE", "x")
        os.environ.setdefault("WANDB_MODE", "x")
        os.environ.pop("WANDB_MODE")
        getenv("WANDB_MODE")
        "WANDB_MODE" in os.environ
        os.environ.update({"WANDB_MODE": "x"})
        os.environ.update(WANDB_MODE="x")
        run(env={**os.environ, "WANDB_MODE": "x"})
        del os.environ["WANDB_MODE"]
    """
    assert sites(text) == [f"{line} environment-variable env:WANDB_MODE" for line in range(3, 14)]


def test_a_text_that_names_a_variable_elsewhere_is_no_site() -> None:
    assert sites("x = {'WANDB_MODE': 1}\nos.environ['WANDB_MODE']\nprint('WANDB_MODE')\n") == []


def test_what_is_bound_where() -> None:
    asked = names("""
        import wandb
        def f(a):
            b = 1
            return [c for c in a]
    """)
    tree = asked.source.tree.root_node
    inside = tree.descendant_for_byte_range(*_span(asked.source.data, b"return"))
    outside = tree.descendant_for_byte_range(*_span(asked.source.data, b"wandb"))
    assert inside is not None
    assert outside is not None
    assert [name for name in ("a", "b", "c", "f", "wandb", "print", "x") if asked.is_bound(name, inside)] == [
        "a", "b", "f", "wandb", "print",
    ]  # fmt: skip
    assert [name for name in ("a", "b", "f") if asked.is_bound(name, outside)] == ["f"]
    assert asked.scope_of(inside).type == "function_definition"


def test_occurrences_and_bindings_of_a_name() -> None:
    asked = names("""
        x = 1
        def f(x):
            return x
        print(x)
        x = 2
    """)
    reads = asked.occurrences("x", asked.source.tree.root_node)
    assert [asked.source.position(node.start_byte)[0] for node in reads] == [1, 4, 5]
    assert [asked.source.node_text(node) for node in asked.bindings(reads[1])] == ["1", "2"]


def test_the_cells_of_a_notebook_are_one_module() -> None:
    cells = ["run = wandb.init()", "%pip install wandb\nimport wandb", "run.log(1)\n!ls\nrun.finish()"]
    notebook = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
            for text in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    asked = Names(read_source(Path("train.ipynb"), json.dumps(notebook).encode()), WANDB)
    assert [(use.api, asked.source.place(use.node.start_byte)) for use in asked.uses()] == [
        ("wandb.init", (1, 7, 1)),
        ("wandb", (2, 1, 2)),
        ("wandb.Run.log", (1, 1, 3)),
        ("wandb.Run.finish", (3, 1, 3)),
    ]


def _span(data: bytes, word: bytes) -> tuple[int, int]:
    start = data.index(word)
    return start, start + len(word)
