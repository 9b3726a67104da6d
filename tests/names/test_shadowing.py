"""Names that are spelled like the library and are not it."""

from __future__ import annotations

import pytest

from tests.names.examples import sites

SHADOWS = {
    "parameter": "def f(wandb):\n    wandb.log(1)",
    "parameter with default": "def f(wandb=3):\n    wandb.log(1)",
    "starred parameter": "def f(*wandb):\n    wandb.log(1)",
    "keyword parameter": "def f(**wandb):\n    wandb.log(1)",
    "annotated parameter": "def f(wandb: int):\n    wandb.log(1)",
    "lambda parameter": "f = lambda wandb: wandb.log(1)",
    "local name": "def f():\n    wandb = object()\n    wandb.log(1)",
    "tuple": "def f():\n    a, (wandb, *b) = g()\n    wandb.log(1)",
    "local class": "def f():\n    class wandb:\n        log = print\n    wandb.log(1)",
    "local function": "def f():\n    def wandb(): pass\n    wandb.log(1)",
    "loop": "def f():\n    for wandb in x:\n        wandb.log(1)",
    "comprehension": "y = [wandb.log(1) for wandb in x]",
    "generator": "y = list(wandb.log(1) for a in b for wandb in a)",
    "with": "def f():\n    with open(x) as wandb:\n        wandb.log(1)",
    "except": "def f():\n    try: g()\n    except E as wandb:\n        wandb.log(1)",
    "match": "def f(x):\n    match x:\n        case [wandb]:\n            wandb.log(1)",
    "match rest": "def f(x):\n    match x:\n        case {**wandb}:\n            wandb.log(1)",
    "match as": "def f(x):\n    match x:\n        case int() as wandb:\n            wandb.log(1)",
    "walrus": "def f():\n    if (wandb := object()):\n        wandb.log(1)",
    "import": "def f():\n    import numpy as wandb\n    wandb.log(1)",
    "reassigned": "wandb = 3\nwandb.log(1)",
    "deleted": "del wandb\nwandb.log(1)",
    "nonlocal": "def f():\n    wandb = 1\n    def g():\n        nonlocal wandb\n        wandb.log(1)",
    "attribute": "x.wandb.log(1)",
    "keyword": "f(wandb=1)",
    "text": "x = 'wandb.log(1)'  # wandb.log(1)",
    "class body is not seen from a method": "class A:\n    wandb2 = wandb_x = 1\n    log = 3\nlog(1)",
}


@pytest.mark.parametrize("shadow", SHADOWS.values(), ids=SHADOWS.keys())
def test_a_name_that_shadows_the_import_is_no_site(shadow: str) -> None:
    assert sites("import wandb\n" + shadow + "\n") == []


def test_a_module_level_class_of_that_name() -> None:
    assert sites("class wandb:\n    def log(x): pass\nwandb.log(1)\n") == []


NOT_SHADOWED = {
    "in a default": "def f(wandb=wandb.run):\n    pass",
    "in a decorator": "@wandb.x\ndef f(wandb): pass",
    "in a base class": "class wandb2(wandb.X): pass",
    "first iterable of a comprehension": "[wandb for wandb in wandb.x]",
    "in another function": "def f(wandb): pass\ndef g(): wandb.x",
    "a class attribute, from a method": "class A:\n    wandb = 3\n    def f(self): return wandb.x",
    "global": "def f():\n    global wandb\n    wandb.x",
    "in an f-string": "f'{wandb.x}'",
    "before the name changes": "wandb.x\nwandb = 3",
}


@pytest.mark.parametrize("text", NOT_SHADOWED.values(), ids=NOT_SHADOWED.keys())
def test_the_import_is_still_meant(text: str) -> None:
    found = sites("import wandb\n" + text + "\n")
    assert len(found) == 1
    assert found[0].endswith(("wandb.x", "wandb.X", "wandb.run"))


def test_the_two_names_of_one_file_are_told_apart() -> None:
    text = """
        import wandb
        run = wandb.init()
        def other(run: int):
            run.log(1)
        class Race:
            run = None
            def start(self):
                run.log(2)
        run.log(3)
    """
    assert sites(text) == ["2 call wandb.init", "8 call wandb.Run.log", "9 call wandb.Run.log"]
