"""The version in use is read from the manifest, and only the rules behind it are applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.plan import Plan
from adapter.translate.pipeline import UsageError
from adapter.translate.upgrade.pipeline import UpgradeOptions, prepare, upgrade_paths

CODE = """\
import optuna
from optuna.integration import LightGBMPruningCallback


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_uniform("x", 0, 1)
"""


def plans(folder: Path, **options: str) -> list[Plan]:
    settings = UpgradeOptions("optuna", **options)
    return list(upgrade_paths(prepare([folder], settings), settings))


def upgraded(folder: Path, **options: str) -> str:
    (folder / "search.py").write_text(CODE)
    for plan in plans(folder, **options):
        assert plan.error is None
        if plan.after is not None:
            plan.path.write_bytes(plan.after)
    return (folder / "search.py").read_text()


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ("requirements.txt", "optuna=={}\n"),
        ("requirements.txt", "optuna>={},<6  # search\n"),
        ("pyproject.toml", '[project]\nname = "a"\ndependencies = ["optuna~={}"]\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    optuna >= {}\n"),
        ("environment.yml", "name: a\ndependencies:\n- optuna={}\n"),
    ],
)
def test_the_manifest_says_which_rules_apply(tmp_path: Path, manifest: str, text: str) -> None:
    (tmp_path / manifest).write_text(text.format("3.5"))
    written = upgraded(tmp_path)
    assert "trial.suggest_uniform" in written
    assert "from optuna_integration import LightGBMPruningCallback" in written
    moved = (tmp_path / manifest).read_text()
    assert "optuna>=5" in moved.replace(" ", "")
    assert "optuna-integration>=4" in moved.replace(" ", "")


def test_without_a_manifest_all_rules_apply(tmp_path: Path) -> None:
    written = upgraded(tmp_path)
    assert "trial.suggest_float" in written
    assert "optuna_integration" in written


def test_versions_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("optuna==2.10\n")
    written = upgraded(tmp_path, new="3.6")
    assert "trial.suggest_float" in written
    assert "from optuna.integration" in written
    assert (tmp_path / "requirements.txt").read_text() == "optuna>=3.6\n"
    written = upgraded(tmp_path, old="3.6")
    assert "trial.suggest_uniform" in written
    assert "from optuna_integration" in written


def test_a_requirement_that_is_new_enough_stays(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("optuna>=5.0\n")
    (tmp_path / "search.py").write_text(CODE)
    assert plans(tmp_path) == []


def test_running_twice_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("optuna==2.10\n")
    upgraded(tmp_path)
    assert plans(tmp_path) == []


def test_sites_are_told_where_they_stood(tmp_path: Path) -> None:
    (tmp_path / "search.py").write_text(CODE + "\n\nprint(optuna.integration.lightgbm)\n")
    (plan,) = plans(tmp_path)
    assert [(edit.site.line, edit.site.api) for edit in plan.edits] == [
        (2, "optuna.integration.LightGBMPruningCallback"),
        (6, "optuna.Trial.suggest_uniform"),
        (9, "optuna.integration"),
    ]


@pytest.mark.parametrize(
    ("library", "new", "message"),
    [("optona", "", "did you mean optuna"), ("optuna", "new", "'new' is no version; give one like 2.10.1")],
)
def test_wrong_usage_is_told(tmp_path: Path, library: str, new: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        prepare([tmp_path], UpgradeOptions(library, new=new))
