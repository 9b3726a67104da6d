"""Names that come from another module of the project."""
# ruff: noqa: E501 - a snippet stays on one line, so that the tables can be read

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.plan import SiteKind
from adapter.source.text import Source, read_source
from tests.names.examples import WANDB, short


class Project:
    """Files on disk, and what is seen in them together."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        self.root = root
        self.paths = []
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).lstrip("\n"))
            self.paths.append(path)
        self._sources: dict[Path, Source] = {}
        self.names = ProjectNames(root, WANDB, self.load, self.paths)

    def load(self, path: Path) -> Source:
        if path not in self._sources:
            self._sources[path] = read_source(path)
        return self._sources[path]

    def sites(self, name: str) -> list[str]:
        asked = Names(self.load(self.root / name), WANDB, self.names)
        return [short(use, asked.source) for use in asked.uses() if use.kind is not SiteKind.IMPORT]

    def unknown(self, name: str) -> list[str]:
        asked = Names(self.load(self.root / name), WANDB, self.names)
        return [short(use, asked.source) for use in asked.unknown_receivers()]


TRACKING = """
    import wandb
    from wandb import log as record

    run = wandb.init()

    def start():
        return wandb.init()

    class Tracker:
        def __init__(self):
            self.run = wandb.init()
        def make(self):
            return self.run
"""

USERS = {
    "value": "from tracking import run\nrun.log(1)",
    "value under another name": "from tracking import run as r\nr.log(1)",
    "module": "import tracking\ntracking.run.log(1)",
    "module under another name": "import tracking as t\nt.run.log(1)",
    "star": "from tracking import *\nrun.log(1)",
    "function": "from tracking import start\nrun = start()\nrun.log(1)",
    "function of the module": "import tracking\nrun = tracking.start()\nrun.log(1)",
    "object": "from tracking import Tracker\nt = Tracker()\nt.run.log(1)",
    "object's method": "from tracking import Tracker\nt = Tracker()\nt.make().log(1)",
    "object in self": "from tracking import Tracker\nclass A:\n    def __init__(self):\n        self.t = Tracker()\n    def f(self):\n        self.t.run.log(1)",
    "base class": "from tracking import Tracker\nclass A(Tracker):\n    def f(self):\n        self.run.log(1)",
    "annotation": "from tracking import Tracker\ndef f(t: Tracker):\n    t.run.log(1)",
    "in a function": "def f():\n    from tracking import run\n    run.log(1)",
}  # fmt: skip


@pytest.mark.parametrize("text", USERS.values(), ids=USERS.keys())
def test_a_name_of_another_module_is_followed(tmp_path: Path, text: str) -> None:
    project = Project(tmp_path, {"tracking.py": TRACKING, "train.py": text + "\n"})
    assert [site for site in project.sites("train.py") if site.endswith(".log")] == [
        f"{number} call wandb.Run.log" for number, line in enumerate(text.split("\n"), 1) if ".log(" in line
    ]
    assert project.unknown("train.py") == []


LAYOUTS = {
    "relative": ("pkg/train.py", "from .tracking import run", ("pkg/__init__.py", "pkg/tracking.py")),
    "from the package": ("pkg/train.py", "from . import tracking\nrun = tracking.run", ("pkg/__init__.py", "pkg/tracking.py")),
    "one up": ("pkg/sub/train.py", "from ..tracking import run", ("pkg/sub/__init__.py", "pkg/tracking.py")),
    "absolute": ("pkg/train.py", "from pkg.tracking import run", ("pkg/__init__.py", "pkg/tracking.py")),
    "from the root": ("scripts/a/train.py", "from lib.tracking import run", ("lib/__init__.py", "lib/tracking.py")),
    "src": ("train.py", "from lib.tracking import run", ("src/lib/__init__.py", "src/lib/tracking.py")),
    "no __init__": ("train.py", "from lib.tracking import run", ("lib/other.py", "lib/tracking.py")),
    "package itself": ("train.py", "from lib import run", ("lib/other.py", "lib/__init__.py")),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_modules_are_found_as_python_finds_them(tmp_path: Path, layout: tuple[str, str, tuple[str, str]]) -> None:  # fmt: skip
    name, line, (empty, full) = layout
    project = Project(tmp_path, {empty: "", full: TRACKING, name: f"{line}\nrun.log(1)\n"})
    assert project.sites(name)[-1].endswith(" call wandb.Run.log")


def test_a_name_that_is_handed_on(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "lib/core.py": TRACKING,
            "lib/__init__.py": "from .core import start, record\n",
            "train.py": "from lib import start, record\nstart().log(1)\nrecord(2)\n",
        },
    )
    assert project.sites("train.py") == ["2 call wandb.Run.log", "3 call wandb.log"]


def test_a_run_that_another_module_passes_in(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "main.py": "import wandb\nfrom loop import train, Loop\ntrain(wandb.init())\nLoop(1, run=wandb.run)\n",
            "loop.py": """
                def train(run, epochs=3):
                    print(run.config.lr)
                    run.log(1)

                class Loop:
                    def __init__(self, x, run):
                        self.run = run
                    def go(self):
                        self.run.log(2)
            """,
        },
    )
    assert project.sites("loop.py") == [
        "2 read wandb.Run.config",
        "2 read wandb.Config.lr",
        "3 call wandb.Run.log",
        "9 call wandb.Run.log",
    ]
    assert project.unknown("loop.py") == []


def test_a_function_that_gets_different_things_is_uncertain(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "a.py": "import wandb\nfrom loop import train\ntrain(wandb.init())\n",
            "b.py": "from loop import train\ntrain(Other())\n",
            "loop.py": "def train(run):\n    run.log(1)\n",
        },
    )
    assert project.sites("loop.py") == []
    assert project.unknown("loop.py") == ["2 call ?.log"]


def test_modules_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "a.py": "from b import y\nx = y\nx.log(1)\n",
            "b.py": "from a import x\ny = x\ny.log(1)\n",
        },
    )
    assert project.sites("a.py") == []
    assert project.unknown("a.py") == ["3 call ?.log"]


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path, {"tracking.py": "", "train.py": "from tracking import run\nrun.log(1)\n"})
    (tmp_path / "tracking.py").write_bytes(b"run = '\x00'\n")
    assert project.sites("train.py") == []
    assert project.unknown("train.py") == ["2 call ?.log"]


def test_the_files_that_can_hold_sites(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "tracking.py": "import wandb\nrun = wandb.init()\n",
            "train.py": "from tracking import run\n",
            "again.py": "import train\n",
            "loop.py": "def train(run): pass\n",
            "main.py": "import wandb\nfrom loop import train\n",
            "other.py": "import os\n",
        },
    )
    matching = [tmp_path / "tracking.py", tmp_path / "main.py"]
    assert [path.name for path in project.names.related(matching)] == ["again.py", "loop.py", "train.py"]
    assert [path.name for path in project.names.importers([tmp_path / "tracking.py"])] == ["train.py"]


def test_rope_finds_what_the_files_do_not_tell(tmp_path: Path) -> None:
    project = Project(
        tmp_path,
        {
            "tracking.py": TRACKING,
            "train.py": "from tracking import Tracker\ntrackers = [Tracker()]\nfor t in trackers:\n    t.run.log(1)\n",
        },
    )
    before = set(tmp_path.rglob("*"))
    assert project.sites("train.py") == ["4 call wandb.Run.log"]
    assert set(tmp_path.rglob("*")) == before
