"""The README shows what really happens."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


COMMANDS = [
    "translate corpus/demo/wandb/train_torch.py --from wandb --to mlflow",
    "inline tracking corpus/demo/plain/train.py --with mlflow",
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split()[0])
def test_the_diffs_in_the_readme_are_what_the_commands_print(command: str) -> None:
    line = [sys.executable, "-m", "adapter", *command.split()]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"```diff\n{done.stdout}```\n" in (ROOT / "README.md").read_text("utf-8")


def test_the_picture_shows_what_the_command_prints() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    from picture import TARGET, draw

    assert draw() == TARGET.read_text("utf-8"), "run python docs/picture.py"
