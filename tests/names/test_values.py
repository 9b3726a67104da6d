"""How objects of a library travel through a program, and where they are used."""
# ruff: noqa: E501 - a snippet stays on one line, so that the tables can be read

from __future__ import annotations

import pytest

from tests.names.examples import sites, unknown

# Each snippet ends in a line that logs through the run that it made.
TRAVELS = {
    "assignment": "run = wandb.init()\nrun.log(1)",
    "chained assignment": "a = b = wandb.init()\na.log(1)",
    "second of a chained assignment": "a = b = wandb.init()\nb.log(1)",
    "tuple": "run, x = wandb.init(), 3\nrun.log(1)",
    "nested tuple": "(a, (run, b)), c = (1, (wandb.init(), 2)), 3\nrun.log(1)",
    "annotated assignment": "run: object = wandb.init()\nrun.log(1)",
    "with": "with wandb.init() as run:\n    run.log(1)",
    "with, after it": "with wandb.init() as run:\n    pass\nrun.log(1)",
    "with, two items": "with open(x) as f, wandb.init() as run:\n    run.log(1)",
    "with, brackets": "with (\n    wandb.init() as run,\n):\n    run.log(1)",
    "with, a name": "run = wandb.init()\nwith run as r:\n    r.log(1)",
    "with, into self": "class A:\n    def f(self):\n        with wandb.init() as self.run:\n            self.run.log(1)",
    "async with": "async def f():\n    async with wandb.init() as run:\n        run.log(1)",
    "walrus": "if (run := wandb.init()):\n    run.log(1)",
    "walrus in a comprehension": "[0 for x in y if (run := wandb.init())]\nrun.log(1)",
    "directly": "wandb.init().log(1)",
    "brackets": "(wandb.init()).log(1)",
    "await": "async def f():\n    run = await wandb.init()\n    run.log(1)",
    "module attribute": "wandb.run.log(1)",
    "another name": "run = wandb.init()\nr = run\nr.log(1)",
    "conditional": "run = wandb.init() if rank == 0 else None\nrun.log(1)",
    "or": "run = wandb.run or wandb.init()\nrun.log(1)",
    "and": "run = rank == 0 and wandb.init()\nrun.log(1)",
    "None first": "run = None\nif x:\n    run = wandb.init()\nif run is not None:\n    run.log(1)",
    "both branches": "if x:\n    run = wandb.init(a)\nelse:\n    run = wandb.init(b)\nrun.log(1)",
    "try": "try:\n    run = wandb.init()\nexcept E:\n    run = None\nrun.log(1)",
    "last one wins": "run = other()\nrun = wandb.init()\nrun.log(1)",
    "other branch": "if x:\n    run = other()\nelse:\n    run = wandb.init()\n    run.log(1)",
    "branch that leaves": "def f():\n    run = wandb.init()\n    if x:\n        run = other()\n        return\n    run.log(1)",
    "case": "match x:\n    case 1:\n        run = other()\n    case _:\n        run = wandb.init()\n        run.log(1)",
    "global": "run = None\ndef a():\n    global run\n    run = wandb.init()\ndef b():\n    run.log(1)",
    "nonlocal": "def f():\n    run = None\n    def g():\n        nonlocal run\n        run = wandb.init()\n    run.log(1)",
    "closure": "def f():\n    run = wandb.init()\n    def g():\n        run.log(1)",
    "lambda body": "run = wandb.init()\nf = lambda: run.log(1)",
    "comprehension body": "run = wandb.init()\n[run.log(x) for x in y]",
    "f-string": "run = wandb.init()\nf'{run.log(1)}'",
    "lambda's return": "make = lambda: wandb.init()\nmake().log(1)",
    "function's return": "def make():\n    return wandb.init()\nrun = make()\nrun.log(1)",
    "function defined later": "def f():\n    run = make()\n    run.log(1)\ndef make():\n    return wandb.init()",
    "early None": "def make():\n    if x:\n        return None\n    return wandb.init()\nmake().log(1)",
    "part of a returned tuple": "def make():\n    return 1, wandb.init()\n_, run = make()\nrun.log(1)",
    "return annotation": "def make() -> wandb.Run:\n    return g()\nmake().log(1)",
    "method's return": "class A:\n    def make(self):\n        return wandb.init()\n    def f(self):\n        self.make().log(1)",
    "static method": "class A:\n    @staticmethod\n    def make():\n        return wandb.init()\nA.make().log(1)",
    "property": "class A:\n    @property\n    def run(self):\n        return wandb.init()\n    def f(self):\n        self.run.log(1)",
    "self": "class A:\n    def __init__(self):\n        self.run = wandb.init()\n    def f(self):\n        self.run.log(1)",
    "self under another name": "class A:\n    def __init__(me):\n        me.run = wandb.init()\n    def f(it):\n        it.run.log(1)",
    "self in a nested function": "class A:\n    def f(self):\n        self.run = wandb.init()\n        def g():\n            self.run.log(1)",
    "self, in a tuple": "class A:\n    def f(self):\n        self.run, self.x = wandb.init(), 1\n        self.run.log(1)",
    "self, None first": "class A:\n    run = None\n    def f(self):\n        self.run = wandb.init()\n    def g(self):\n        self.run.log(1)",
    "class attribute": "class A:\n    run = wandb.init()\n    def f(self):\n        self.run.log(1)",
    "through the class": "class A:\n    run = wandb.init()\nA.run.log(1)",
    "cls": "class A:\n    @classmethod\n    def f(cls):\n        cls.run = wandb.init()\n    @classmethod\n    def g(cls):\n        cls.run.log(1)",
    "field annotation": "@dataclass\nclass A:\n    run: wandb.Run\n    def f(self):\n        self.run.log(1)",
    "base class": "class A:\n    def __init__(self):\n        self.run = wandb.init()\nclass B(A):\n    def f(self):\n        self.run.log(1)",
    "super": "class A:\n    def make(self):\n        return wandb.init()\nclass B(A):\n    def f(self):\n        super().make().log(1)",
    "object from outside": "class A:\n    def __init__(self):\n        self.run = wandb.init()\na = A()\na.run.log(1)",
    "object of an object": "class A:\n    def __init__(self):\n        self.run = wandb.init()\nclass B:\n    def __init__(self):\n        self.a = A()\n    def f(self):\n        self.a.run.log(1)",
    "attribute of anything": "args.run = wandb.init()\nargs.run.log(1)",
    "annotation": "def f(run: wandb.Run):\n    run.log(1)",
    "annotation, alias": "def f(run: wandb.sdk.wandb_run.Run):\n    run.log(1)",
    "annotation in quotes": "def f(run: 'wandb.Run'):\n    run.log(1)",
    "annotation, optional": "def f(run: Optional[wandb.Run] = None):\n    run.log(1)",
    "annotation, typing.Optional": "def f(run: typing.Optional[wandb.Run] = None):\n    run.log(1)",
    "annotation, union": "def f(run: wandb.Run | None = None):\n    run.log(1)",
    "annotation, Union": "def f(run: Union[None, wandb.Run]):\n    run.log(1)",
    "annotation, quoted optional": "def f(run: 'Optional[wandb.Run]'):\n    run.log(1)",
    "annotation of a variable": "run: wandb.Run\nrun.log(1)",
    "cast": "import typing\nrun = typing.cast(wandb.Run, x)\nrun.log(1)",
    "getattr": "getattr(wandb, 'run').log(1)",
    "parameter": "def f(run):\n    run.log(1)\nf(wandb.init())",
    "parameter by keyword": "def f(x, run=None):\n    run.log(1)\nf(1, run=wandb.init())",
    "parameter, two calls": "def f(run):\n    run.log(1)\nf(wandb.init())\nf(wandb.run)",
    "parameter, keyword only": "def f(*, run):\n    run.log(1)\nf(run=wandb.init())",
    "parameter of a method": "class A:\n    def f(self, run):\n        run.log(1)\nA().f(wandb.init())",
    "parameter of a static method": "class A:\n    @staticmethod\n    def f(run):\n        run.log(1)\nA.f(wandb.init())",
    "parameter of __init__": "class A:\n    def __init__(self, run):\n        self.run = run\n    def f(self):\n        self.run.log(1)\nA(wandb.init())",
    "parameter through super": "class A:\n    def __init__(self, run):\n        self.run = run\n    def f(self):\n        self.run.log(1)\nclass B(A):\n    def __init__(self, r):\n        super().__init__(r)\nB(wandb.init())",
    "parameter through a derived class": "class A:\n    def __init__(self, run):\n        self.run = run\n    def f(self):\n        self.run.log(1)\nclass B(A):\n    pass\nB(wandb.init())",
    "parameter passed on": "def f(run):\n    g(run)\ndef g(r):\n    r.log(1)\nf(wandb.init())",
    "parameter that is None unless given": "def f(run=None):\n    run = run or wandb.init()\n    run.log(1)",
    "filled when None": "def f(run=None):\n    if run is None:\n        run = wandb.init()\n    run.log(1)",
    "recursion": "def f(run, n):\n    run.log(n)\n    f(run, n - 1)\nf(wandb.init(), 3)",
    "import by a call": "import importlib\nw = importlib.import_module('wandb')\nw.init().log(1)",
}  # fmt: skip


@pytest.mark.parametrize("text", TRAVELS.values(), ids=TRAVELS.keys())
def test_the_run_is_followed(text: str) -> None:
    found = sites("import wandb\n" + text + "\n")
    assert [each for each in found if each.endswith("call wandb.Run.log")] == [
        f"{number} call wandb.Run.log" for number, line in enumerate(text.split("\n"), 2) if ".log(" in line
    ]


UNCERTAIN = {
    "parameter": "def f(run):\n    run.log(1)",
    "two kinds of calls": "def f(run):\n    run.log(1)\nf(wandb.init())\nf(other)",
    "also given away": "def f(run):\n    run.log(1)\nf(wandb.init())\ncallbacks = [f]",
    "hidden by a star": "def f(run):\n    run.log(1)\nf(*runs)",
    "decorated": "@strange\ndef f(run):\n    run.log(1)\nf(wandb.init())",
    "either": "if x:\n    run = wandb.init()\nelse:\n    run = Other()\nrun.log(1)",
    "maybe replaced": "run = wandb.init()\nif x:\n    run = unheard.of\nrun.log(1)",
    "replaced in an earlier round": "run = wandb.init()\nfor x in y:\n    run.log(1)\n    run = unheard",
    "generator": "def make():\n    yield wandb.init()\nrun = make()\nrun.log(1)",
    "in a list": "runs = unheard([wandb.init()])\nruns[0].log(1)",
    "in a list of this file": "runs = [wandb.init()]\nfor run in runs:\n    run.log(1)",
    "in a dict": "runs = {1: wandb.init()}\nruns.get(1).log(1)",
    "through another library": "import lib\nx = lib.Holder(wandb.init())\nx.run.log(1)",
    "loop": "for run in unheard:\n    run.log(1)",
    "attribute that nothing sets": "class A:\n    def f(self):\n        self.run.log(1)",
    "attribute of a framework": "import lib\nclass A(lib.Module):\n    def f(self):\n        self.logger.log(1)",
    "relative import": "from .tracking import run\nrun.log(1)",
    "container annotation": "def f(run: list[wandb.Run]):\n    run.log(1)",
}


@pytest.mark.parametrize("text", UNCERTAIN.values(), ids=UNCERTAIN.keys())
def test_what_is_uncertain_is_reported_and_not_guessed(text: str) -> None:
    text = "import wandb\n" + text + "\n"
    expected = [f"{number} ?.log" for number, line in enumerate(text.split("\n"), 1) if ".log(" in line]
    assert unknown(text) == expected
    assert not any("log" in site for site in sites(text))


def test_a_stand_in_for_the_library_makes_its_name_uncertain() -> None:
    text = """
        try:
            import wandb
            from wandb import log
        except ImportError:
            wandb = Stub()
            log = print
        wandb.plot.bar(1)
        x = wandb.run.id
        log(2)
    """
    assert sites(text) == []
    assert unknown(text) == ["7 ?.bar", "8 ?.id", "9 ?.log"]


SURELY_OTHER = {
    "another library": "import numpy as np\nnp.log(1)",
    "a function of one": "from math import log\nlog(1)",
    "an object of one": "import logging\nx = logging.getLogger()\nx.log(1)",
    "a literal": "x = [1]\nx.log(1)",
    "an object of a local class": "class A:\n    def log(self, x): pass\nA().log(1)",
    "self": "import lib\nclass A(lib.Module):\n    def f(self):\n        self.log(1)",
    "a built-in type": "def f(x: dict):\n    x.log(1)",
}


@pytest.mark.parametrize("text", SURELY_OTHER.values(), ids=SURELY_OTHER.keys())
def test_what_is_surely_something_else_is_not_reported(text: str) -> None:
    assert unknown("import wandb\n" + text + "\n") == []
    assert sites("import wandb\n" + text + "\n") == []
