"""The API index: names, signatures and deprecations as a package's files have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.graph.api_index import ApiIndex, ApiKind, ApiNotFoundError, ApiUnknownError, installed, unpacked

FILES = {
    "tiny/__init__.py": """
from contextlib import suppress
from tiny._run import Run, start, Settings
from tiny import other
with suppress(ImportError):
    from tiny._run import extra
__all__ = ["Run", "start", "Settings", "extra"]
""",
    "tiny/_run.py": """
from __future__ import annotations
from dataclasses import dataclass, field
from outside import Unseen

class Base:
    def log(self, data: dict, step: int | None = None) -> None:
        "Logs."

class Run(Base):
    id: str
    def __init__(self, name, *, tags=()): ...
    @property
    def owner(self) -> "Run": ...
    @classmethod
    def load(cls, path, /, *more, **rest) -> Run: ...
    @deprecated("1.2", text="use log")
    def write(self, data): ...

class Mixed(Unseen):
    pass

@dataclass
class Settings:
    name: str
    sizes: list[int] = field(default_factory=list)
    hidden: int = field(init=False)

def start(name: str = "x") -> Run | None:
    "Starts a run."

def extra(): ...
""",
    "tiny/other.py": """
from tiny._run import *
def __getattr__(name):
    if name == "made":
        return 1
    raise AttributeError(name)
""",
    "tiny-1.5.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.5\n",
    "tiny-1.5.dist-info/RECORD": "tiny/__init__.py,,\ntiny/_run.py,,\ntiny/other.py,,\n",
}


@pytest.fixture
def index(tmp_path: Path) -> ApiIndex:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return unpacked(tmp_path)


def test_a_wheel_says_what_it_is(index: ApiIndex) -> None:
    assert (index.distribution, index.version, index.packages) == ("tiny", "1.5", ("tiny",))
    assert index.holds("tiny.Run")
    assert not index.holds("outside.Run")


def test_a_function_has_its_signature_docstring_and_place(index: ApiIndex) -> None:
    start = index.find("tiny.start")
    assert start.text == "tiny.start(name: str = 'x') -> Run | None"
    assert (start.kind, start.docstring, start.defined) == (
        ApiKind.FUNCTION,
        "Starts a run.",
        "tiny._run.start",
    )
    assert (start.file, start.line) == ("tiny/_run.py", 29)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tiny.Run", "tiny.Run(name, *, tags=())"),
        ("tiny.Run.log", "tiny.Run.log(data: dict, step: int | None = None) -> None"),
        ("tiny.start().log", "tiny.start().log(data: dict, step: int | None = None) -> None"),
        ("tiny.start().owner.id", "tiny.start().owner.id: str"),
        ("tiny.Run.load().load", "tiny.Run.load().load(path, /, *more, **rest) -> Run"),
        ("tiny.Settings", "tiny.Settings(name: str, sizes: list[int] = field(default_factory=list))"),
        ("tiny.extra", "tiny.extra()"),
        ("tiny.other.start", "tiny.other.start(name: str = 'x') -> Run | None"),
    ],
)
def test_names_are_followed(index: ApiIndex, name: str, text: str) -> None:
    assert index.find(name).text == text


@pytest.mark.parametrize("name", ["tiny.stop", "tiny.Run.stop", "tiny.start().stop", "tiny.other.unmade"])
def test_what_does_not_exist_is_missing(index: ApiIndex, name: str) -> None:
    with pytest.raises(ApiNotFoundError):
        index.find(name)


@pytest.mark.parametrize("name", ["tiny.other.made", "tiny._run.Mixed.member", "outside.Unseen"])
def test_what_files_do_not_tell_is_unknown(index: ApiIndex, name: str) -> None:
    with pytest.raises(ApiUnknownError):
        index.find(name)


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "reason"),
    [
        ("tiny.start", 1, [], ""),
        ("tiny.start", 2, [], "too many positional arguments"),
        ("tiny.Run", 1, ["tags"], ""),
        ("tiny.Run", 0, ["tags"], "missing a required argument: 'name'"),
        ("tiny.Run.log", 1, ["steps"], "got an unexpected keyword argument 'steps'"),
        ("tiny.Run.load", 3, ["anything"], ""),
        ("tiny.Mixed", 9, [], ""),
    ],
)
def test_arguments_are_bound(
    index: ApiIndex, name: str, positional: int, keywords: list[str], reason: str
) -> None:
    found = index.find(name.replace("tiny.Mixed", "tiny._run.Mixed"))
    assert found.misfit(positional, keywords) == reason


def test_a_deprecation_is_told(index: ApiIndex) -> None:
    assert index.find("tiny.Run.write").deprecated == "deprecated('1.2', text='use log')"
    assert index.find("tiny.Run.log").deprecated == ""


def test_what_is_public_is_listed_once_under_its_shortest_name(index: ApiIndex) -> None:
    listed = {api.name: api for api in index.public()}
    assert {
        "tiny",
        "tiny.Run",
        "tiny.Run.log",
        "tiny.Run.owner",
        "tiny.start",
        "tiny.Settings",
    } <= listed.keys()
    assert not [name for name in listed if "_run" in name or name.endswith("Unseen")]


def test_an_installed_library_is_read_without_an_import() -> None:
    optuna = installed("optuna")
    found = optuna.find("optuna.create_study().optimize")
    assert found.misfit(1, ["n_trials", "timeout"]) == ""
    assert found.misfit(1, ["trials"]) == "got an unexpected keyword argument 'trials'"
    assert "3.0.0" in optuna.find("optuna.Trial.suggest_uniform").deprecated


def test_a_distribution_that_is_not_installed_is_told() -> None:
    with pytest.raises(ApiNotFoundError, match="not installed"):
        installed("no-such-distribution")
