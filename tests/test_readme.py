"""The README shows what really happens."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_diff_in_the_readme_is_what_the_command_prints() -> None:
    command = ["translate", "corpus/demo/wandb/train_torch.py", "--from", "wandb", "--to", "mlflow"]
    done = subprocess.run(
        [sys.executable, "-m", "adapter", *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert f"```diff\n{done.stdout}```\n" in (ROOT / "README.md").read_text("utf-8")


def test_the_picture_shows_what_the_command_prints() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    from picture import TARGET, draw

    assert draw() == TARGET.read_text("utf-8"), "run python docs/picture.py"
