"""A study is put around training: scripts before and after, and what the rewritten ones do."""

from __future__ import annotations

import contextlib
import runpy
import sys
from functools import cache
from pathlib import Path
from typing import Any

import optuna
import pytest
import yaml

from adapter.graph.store import packaged_atlas
from adapter.inline.file import inline_file
from adapter.inline.pipeline import Options, inline_paths, request_of
from adapter.inline.study.objective import direction_of
from adapter.inline.study.space import SpaceError, read_space
from adapter.plan import Plan
from adapter.source.text import read_source
from adapter.translate.pipeline import UsageError

EXAMPLES = yaml.safe_load((Path(__file__).parent / "examples" / "tuning.yaml").read_text("utf-8"))
NAMES = [example["name"] for example in EXAMPLES]


def tuned(text: str, path: str = "train.py", **options: Any) -> Plan:
    given = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    request = request_of(Options("tuning", "optuna", given))
    return inline_file(Path(path), text.encode(), request, packaged_atlas(), None)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_examples(example: dict[str, Any]) -> None:
    plan = tuned(example["before"], **example.get("options", {}))
    assert plan.error is None
    if "gap" in example:
        assert plan.after is None
        assert [f"{gap.site.line}: {gap.detail}" for gap in plan.gaps] == [example["gap"]]
        return
    assert plan.gaps == []
    assert plan.after is not None
    assert plan.after.decode() == example["after"]
    assert plan.edits


WORKING = [example for example in EXAMPLES if "after" in example]


@pytest.mark.parametrize("example", WORKING, ids=[example["name"] for example in WORKING])
def test_a_second_time_changes_nothing(example: dict[str, Any]) -> None:
    again = tuned(example["after"], **example.get("options", {}))
    assert (again.after, again.gaps, again.error) == (None, [], None)


@cache
def after(name: str) -> str:
    return str(next(example for example in EXAMPLES if example["name"] == name)["after"])


def run(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    path = folder / "script.py"
    path.write_text(text)
    monkeypatch.setattr(sys, "argv", [str(path), *arguments])
    monkeypatch.chdir(folder)
    with contextlib.suppress(SystemExit):
        runpy.run_path(str(path), run_name="__main__")


@pytest.fixture
def studies(monkeypatch: pytest.MonkeyPatch) -> list[optuna.Study]:
    """The studies that a test makes; they are the library's own."""
    found: list[optuna.Study] = []
    create = optuna.create_study

    def remembering(**options: Any) -> optuna.Study:
        found.append(create(**options))
        return found[-1]

    monkeypatch.setattr(optuna, "create_study", remembering)
    return found


RUNNABLE = {
    "options parsed in main, a function that tests": {"lr", "hidden"},
    "keywords of an estimator in a flat script": {"n_estimators", "max_depth"},
    "constants that functions read, seeds repeated": {"learning_rate", "hidden"},
    "a trainer made with its configuration": {"lr", "depth"},
    "a literal in a function that makes the model": {"C"},
    "main returns an exit code": {"alpha"},
    "literals in the function that trains, constants of its own": {"learning_rate"},
    "options and a configuration in main": {"kernel", "C"},
    "training in one branch": {"lr"},
}


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_rewritten_script_tunes(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    studies: list[optuna.Study],
) -> None:
    run(after(name), tmp_path, monkeypatch, "--trials", "4")
    (study,) = studies
    states = {trial.state for trial in study.trials}
    assert len(study.trials) == 4
    assert states <= {optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED}
    assert set(study.best_params) == RUNNABLE[name]
    out = capsys.readouterr().out
    assert f"Best value: {study.best_value}" in out
    assert f"Best parameters: {study.best_params}" in out
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"], "trials must write no models"


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_plain_run_is_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = next(example for example in EXAMPLES if example["name"] == name)["before"]
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    run(before, tmp_path / "old", monkeypatch)
    wanted = capsys.readouterr().out
    run(after(name), tmp_path / "new", monkeypatch)
    assert capsys.readouterr().out == wanted
    assert wanted
    left = [sorted(path.name for path in (tmp_path / each).iterdir()) for each in ("old", "new")]
    assert left[0] == left[1]


def test_trials_that_are_given_the_present_values_give_the_value_of_the_plain_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    studies: list[optuna.Study],
) -> None:
    text = after("constants that functions read, seeds repeated")
    text = text.replace(
        "study.optimize(",
        'study.enqueue_trial({"learning_rate": 0.1, "hidden": 8})\n        study.optimize(',
        1,
    )
    run(text, tmp_path, monkeypatch)
    plain = capsys.readouterr().out.splitlines()[-1]
    run(text, tmp_path, monkeypatch, "--trials", "1")
    assert f"epoch 2 loss {studies[0].best_value:.5f}" == plain


def test_windows_line_ends_and_tabs_stay() -> None:
    example = next(each for each in WORKING if each["name"].startswith("options parsed"))
    windows = tuned(example["before"].replace("\n", "\r\n"))
    assert windows.after is not None
    assert windows.after.decode() == example["after"].replace("\n", "\r\n")
    tabs = tuned(example["before"].replace("    ", "\t"))
    assert tabs.after is not None
    assert tabs.after.decode().replace("\t", "    ").split() == example["after"].split()
    assert "    " not in tabs.after.decode()


def test_the_width_of_the_last_layer_and_single_channels_stay() -> None:
    text = """import keras

model = keras.Sequential()
model.add(keras.layers.Conv2D(filters=16, kernel_size=(3, 3), padding="same"))
model.add(keras.layers.Conv2D(filters=1, kernel_size=(3, 3), padding="same"))
model.add(keras.layers.Conv2D(filters=3, kernel_size=(3, 3), padding="same", activation="sigmoid"))
model.compile(loss="mse", optimizer="adam")
model.fit(x, y, batch_size=8, validation_split=0.1)
"""
    plan = tuned(text)
    assert plan.after is not None
    after = plan.after.decode()
    assert 'filters=trial.suggest_categorical("filters", [4, 8, 16, 32, 64])' in after
    assert "filters=1," in after
    assert "filters=3," in after


SPACE = "lr: {low: 0.001, high: 1.0, log: true}\nhidden: {choices: [4, 64]}\n"


def test_ranges_from_a_file(tmp_path: Path) -> None:
    example = next(each for each in WORKING if each["name"].startswith("options parsed"))
    (tmp_path / "space.yaml").write_text("epochs: {low: 1, high: 9}\n" + SPACE)
    plan = tuned(example["before"], space=str(tmp_path / "space.yaml"))
    assert plan.after is not None
    text = plan.after.decode()
    assert 'args.lr = trial.suggest_float("lr", 0.001, 1.0, log=True)' in text
    assert 'args.hidden = trial.suggest_categorical("hidden", [4, 64])' in text
    assert 'args.epochs = trial.suggest_int("epochs", 1, 9)' in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr: {low: 1, high: 0.1}\n", "space.yaml:1:5: lr: low (1) is above high (0.1)"),
        ("\nlr: {min: 1}\n", "space.yaml:2:5: lr: unknown key 'min'"),
        ("lr: {low: 0, high: 1, log: true}\n", "space.yaml:1:5: lr: a logarithmic range begins above 0"),
        ("lr: 3\n", "space.yaml:1:5: lr: expected a range"),
        ("lr: [\n", "space.yaml:2:1: not valid YAML"),
    ],
)
def test_a_wrong_file_of_ranges(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(text)
    with pytest.raises(SpaceError) as caught:
        read_space(path)
    assert message in str(caught.value)


def test_an_unknown_name_in_a_file_of_ranges(tmp_path: Path) -> None:
    example = next(each for each in WORKING if each["name"].startswith("options parsed"))
    (tmp_path / "space.yaml").write_text("hiden: {low: 1, high: 3}\n")
    (gap,) = tuned(example["before"], space=str(tmp_path / "space.yaml")).gaps
    assert gap.detail.endswith(
        "space.yaml:1:8: the script has no hyper-parameter 'hiden'; did you mean hidden?"
    )


def test_a_wrong_file_of_ranges_ends_the_run(tmp_path: Path) -> None:
    example = next(each for each in WORKING if each["name"].startswith("options parsed"))
    (tmp_path / "train.py").write_text(example["before"])
    options = Options("tuning", "optuna", {"space": str(tmp_path / "none.yaml")})
    with pytest.raises(UsageError, match=r"none.yaml: cannot be read"):
        list(inline_paths([tmp_path / "train.py"], options))


def test_a_notebook_gets_a_constant(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    cells = [
        "from sklearn.datasets import load_iris\nfrom sklearn.svm import SVC",
        "# settings\nC = 1.0\nX, y = load_iris(return_X_y=True)",
        "model = SVC(C=C)",
        'model.fit(X, y)\nprint("accuracy", model.score(X, y))',
        "print(model)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    path = tmp_path / "train.ipynb"
    nbformat.write(notebook, path)
    plan = inline_file(
        path, path.read_bytes(), request_of(Options("tuning", "optuna")), packaged_atlas(), None
    )
    assert plan.gaps == []
    assert plan.after is not None
    path.write_bytes(plan.after)
    texts = ["".join(cell.source) for cell in nbformat.read(path, 4).cells]
    assert "TRIALS = 0" in texts[1].splitlines()
    assert texts[2] == ""
    assert texts[3].startswith("def train():\n    global model\n    model = SVC(C=C)\n")
    assert texts[4] == "print(model)"
    assert read_source(path).data


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("val_loss", "minimize"),
        ("Test RMSE", "minimize"),
        ("top1", "maximize"),
        ("validation/accuracy", "maximize"),
        ("accuracy_loss", "minimize"),
        ("thing", ""),
    ],
)
def test_directions(name: str, direction: str) -> None:
    assert direction_of(name) == direction
