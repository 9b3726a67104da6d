"""`[tool.adapter]` in pyproject.toml: defaults that the command line overrides; mistakes are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Adapter


def configure(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)


def test_defaults_take_the_place_of_options(adapter: Adapter, project: Path) -> None:
    configure(project, '[tool.adapter.translate]\nfrom = "wandb"\nto = "mlflow"\n')
    done = adapter("translate", ".")
    assert done.returncode == 0, done.stderr
    assert "+import mlflow" in done.stdout


def test_the_command_line_wins(adapter: Adapter, project: Path) -> None:
    configure(project, '[tool.adapter.translate]\nfrom = "wandb"\nto = "mlflow"\n')
    assert "SummaryWriter" in adapter("translate", ".", "--to", "tensorboard").stdout


def test_shared_defaults_hold_for_every_command_that_has_them(adapter: Adapter, project: Path) -> None:
    configure(project, '[tool.adapter]\nexclude = ["train.py"]\n')
    done = adapter("translate", ".", "--from", "wandb", "--to", "mlflow")
    assert done.stdout == ""
    assert adapter("undo").returncode == 2


def test_they_are_found_from_a_folder_below(adapter: Adapter, project: Path) -> None:
    configure(project, '[tool.adapter.translate]\nfrom = "wandb"\nto = "mlflow"\n')
    (project / "src").mkdir()
    (project / "train.py").rename(project / "src" / "train.py")
    assert "+import mlflow" in adapter("translate", ".", cwd=project / "src").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.adapter.translate]\nform = "wandb"',
            "tool.adapter.translate.form: there is no option --form",
        ),
        ('[tool.adapter.translate]\nform = "wandb"', "did you mean 'format'?"),
        ('[tool.adapter.translat]\nto = "x"', "there is no command 'translat'; did you mean 'translate'?"),
        ("[tool.adapter]\nexclud = []", "tool.adapter.exclud: there is no option --exclud"),
        ("[tool.adapter]\nwrite = true", "tool.adapter.write: --write is asked for on the command line only"),
        (
            '[tool.adapter.translate]\nllm = "openai:m@http://evil"',
            "--llm is asked for on the command line only",
        ),
        ('[tool.adapter.translate]\nverify = "rm -rf /"', "--verify is asked for on the command line only"),
        ("[tool.adapter\n", "pyproject.toml: "),
    ],
)
def test_mistakes_are_said(adapter: Adapter, project: Path, text: str, message: str) -> None:
    configure(project, text)
    done = adapter("translate", ".", "--from", "wandb", "--to", "mlflow")
    assert done.returncode == 2
    assert message in done.stderr


def test_completion_can_be_shown(adapter: Adapter) -> None:
    done = adapter("--show-completion", "bash")
    assert done.returncode == 0
    assert "_ADAPTER_COMPLETE" in done.stdout
