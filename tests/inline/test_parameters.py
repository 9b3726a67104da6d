"""Hyper-parameters are found wherever they are set, with how they are read and what they are now."""

from pathlib import Path

import pytest

from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.insert import parameters as chosen_parameters
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.landmarks.model import Landmarks, ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.pipeline import Options, inline_paths
from adapter.inline.script import Script
from adapter.inline.vocabulary import Kind, packaged_vocabulary
from adapter.names.project import ProjectNames
from adapter.source.text import read_source


def landmarks(text: str, folder: Path | None = None) -> Landmarks:
    frameworks = packaged_frameworks()
    if folder is None:
        return find_landmarks(Script(read_source(Path("train.py"), text.encode()), frameworks))
    path = folder / "train.py"
    path.write_text(text)
    project = ProjectNames(folder, frameworks.catalog, read_source, sorted(folder.glob("*.py")))
    return find_landmarks(Script(read_source(path), frameworks, project))


def only(text: str, source: Source, folder: Path | None = None) -> ParameterSet:
    found = [each for each in landmarks(text, folder).parameter_sets if each.source is source]
    assert len(found) == 1
    return found[0]


def values(found: ParameterSet) -> dict[str, object]:
    return {each.read: each.value for each in found.parameters}


PARSER = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1, help="rate")
parser.add_argument("-b", "--batch-size", default=2 ** 5, type=int)
parser.add_argument("--net", choices=["a", "b"], default="a")
parser.add_argument("--fast", action="store_true")
parser.add_argument("--no-bias", dest="bias", action="store_false")
parser.add_argument("data")
"""


def test_argparse_at_module_level() -> None:
    found = only(PARSER + "opt, rest = parser.parse_known_args()\n", Source.ARGPARSE)
    assert (found.holder, found.mapping, found.scope) == ("opt", "vars(opt)", None)
    assert values(found) == {
        "opt.lr": 1.0,
        "opt.batch_size": 32,
        "opt.net": "a",
        "opt.fast": False,
        "opt.bias": True,
        "opt.data": None,
    }
    assert [choice.text for choice in found.parameters[2].choices] == [b'"a"', b'"b"']


@pytest.mark.parametrize(
    ("tail", "holder", "in_function"),
    [
        ("def main():\n    args = parser.parse_args()\n", "args", True),
        ("def main(conf):\n    pass\nmain(parser.parse_args())\n", "conf", True),
        ("def main(*, conf):\n    pass\nmain(conf=parser.parse_args())\n", "conf", True),
        ("def get():\n    a = parser.parse_args()\n    return a\nhp = get()\n", "hp", False),
        ("class T:\n    def __init__(self):\n        self.args = parser.parse_args()\n", "self.args", True),
    ],
)
def test_argparse_through_functions(tail: str, holder: str, in_function: bool) -> None:
    found = only(PARSER + tail, Source.ARGPARSE)
    assert found.holder == holder
    assert (found.scope is not None) is in_function


def test_argparse_in_another_module(tmp_path: Path) -> None:
    body = PARSER.replace("\n", "\n    ").rstrip() + "\n    return parser.parse_args(argv)\n"
    (tmp_path / "options.py").write_text("def get(argv=None):\n    " + body)
    found = only("import torch\nfrom options import get as read\nargs = read()\n", Source.ARGPARSE, tmp_path)
    assert found.path == tmp_path / "options.py"
    assert values(found)["args.lr"] == 1.0
    found = only("import torch\nimport options\nargs = options.get()\n", Source.ARGPARSE, tmp_path)
    assert found.holder == "args"


def test_click_and_typer() -> None:
    found = only(
        'import click\n@click.command()\n@click.option("--lr", default=0.1)\n'
        '@click.option("--net", type=click.Choice(["a", "b"]), default="a")\n'
        '@click.option("--quiet/--verbose", default=False)\n'
        "def main(lr, net, quiet):\n    pass\n",
        Source.CLICK,
    )
    assert values(found) == {"lr": 0.1, "net": "a", "quiet": False}
    assert found.mapping == '{"lr": lr, "net": net, "quiet": quiet}'
    found = only(
        "import typer\nfrom typing import Annotated\n"
        "def main(lr: float = 1, size: int = typer.Option(8), n: Annotated[int, typer.Option()] = 3):\n"
        "    pass\ntyper.run(main)\n",
        Source.TYPER,
    )
    assert values(found) == {"lr": 1.0, "size": 8, "n": 3}


def test_dataclass_and_plain_class() -> None:
    text = "from dataclasses import dataclass, field\n@dataclass\nclass Settings:\n    lr: float = 0.1\n"
    text += "    depth: int = field(default=3)\n    name: str = 'x'\n"
    found = only(text + "cfg = Settings(depth=5)\n", Source.DATACLASS)
    assert values(found) == {"cfg.lr": 0.1, "cfg.depth": 5, "cfg.name": "x"}
    assert found.mapping == "vars(cfg)"
    found = only("class Config:\n    lr = 0.1\n    epochs = 3\nprint(Config.lr)\n", Source.DATACLASS)
    assert values(found) == {"Config.lr": 0.1, "Config.epochs": 3}


def test_nested_dict_and_namespace() -> None:
    found = only("config = {'optim': {'lr': 0.1}, 'data': {'path': 'x', 'noise': 1.0}}\n", Source.DICT)
    assert values(found)["config['optim']['lr']"] == 0.1
    assert [each.name for each in found.parameters] == ["optim.lr", "data.path", "data.noise"]
    found = only("from types import SimpleNamespace\nhp = SimpleNamespace(lr=0.1, depth=2)\n", Source.DICT)
    assert values(found) == {"hp.lr": 0.1, "hp.depth": 2}


def test_dict_in_another_module(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text("CONFIG = {'lr': 0.1}\nDEPTH = 3\nWIDTH = 2 * 4\nprint(DEPTH, WIDTH)\n")
    found = only("import torch\nfrom conf import CONFIG as C\n", Source.DICT, tmp_path)
    assert values(found) == {"C['lr']": 0.1}
    found = only("import torch\nimport conf\n", Source.CONSTANT, tmp_path)
    assert values(found) == {"conf.DEPTH": 3, "conf.WIDTH": 8}


def test_constants() -> None:
    text = "LR = 1e-3\nbatch_size, epochs = 4, 2\nPATH = './x'\nother = 3\ncount = 0\n"
    text += "print(LR, batch_size, epochs)\n"
    found = only(text, Source.CONSTANT)
    assert values(found) == {"LR": 1e-3, "batch_size": 4, "epochs": 2}
    assert [each.name for each in found.parameters] == ["lr", "batch_size", "epochs"]


def test_keywords_of_estimators_and_optimisers() -> None:
    found = landmarks(
        "import torch\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "RandomForestClassifier(10, max_depth=3, criterion='gini')\n"
        "torch.optim.SGD([], 0.1, momentum=0.9)\ntorch.nn.Dropout(0.2)\n"
    ).parameter_sets
    assert [[(each.name, each.value) for each in one.parameters] for one in found] == [
        [("max_depth", 3), ("criterion", "gini"), ("n_estimators", 10)],
        [("momentum", 0.9), ("lr", 0.1)],
        [("dropout", 0.2)],
    ]


def test_defaults_of_a_function_that_trains() -> None:
    found = only(
        "from sklearn.svm import SVC\n"
        "def run(X, y, alpha=0.1):\n    return SVC(C=alpha).fit(X, y)\nrun([], [])\n",
        Source.FUNCTION,
    )
    assert values(found) == {"alpha": 0.1}


def test_seeds() -> None:
    found = landmarks(
        "import torch, random, numpy as np\ntorch.manual_seed(3)\nrandom.seed(a=4)\n"
        "rng = np.random.default_rng(5)\nfree = np.random.default_rng()\n"
    ).seeds
    assert [seed.value for seed in found] == ["3", "4", "5"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("learning-rate", Kind.RATE),
        ("LR", Kind.RATE),
        ("weightDecay", Kind.RATE),
        ("dropout", Kind.FRACTION),
        ("batch_size", Kind.SIZE),
        ("test-batch-size", Kind.FIXED),
        ("num_layers", Kind.COUNT),
        ("n_hidden_layers", Kind.COUNT),
        ("kernel_size", Kind.FIXED),
        ("num_heads", Kind.HEADS),
        ("nesterov", Kind.FLAG),
        ("n_estimators", Kind.AMOUNT),
        ("optimizer", Kind.WORD),
        ("random_state", Kind.FIXED),
        ("data.noise", Kind.FIXED),
        ("data.batch_size", Kind.SIZE),
        ("flavour", Kind.UNKNOWN),
    ],
)
def test_kinds(name: str, kind: Kind) -> None:
    assert packaged_vocabulary().kind(name) is kind


def test_the_parameters_of_a_script_are_chosen_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test module of scikit-learn with 1,225 calls took minutes, each call choosing them anew."""
    chosen: list[object] = []
    original = chosen_parameters._chosen
    monkeypatch.setattr(chosen_parameters, "_chosen", lambda desk: chosen.append(desk) or original(desk))
    fits = "".join(f"SVC(C={number}).fit([[0], [1]], [0, 1])\n" for number in range(1, 40))
    path = tmp_path / "train.py"
    path.write_text(f"from sklearn.svm import SVC\n\n{fits}")
    list(inline_paths([path], Options("tracking", "mlflow")))
    assert len(chosen) == 1
