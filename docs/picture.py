"""Draws docs/terminal.svg: what a terminal shows when a file of the demo is translated."""

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

COMMAND = ["translate", "corpus/demo/wandb/trainer.py", "--from", "wandb", "--to", "mlflow"]
TARGET = Path(__file__).parent / "terminal.svg"


def draw() -> str:
    """The picture as SVG text."""
    done = subprocess.run(
        [sys.executable, "-m", "adapter", *COMMAND],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "COLUMNS": "100"},
    )
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=100, file=nowhere, force_terminal=True)
        console.print(Text.assemble(("$ ", "bold green"), f"adapter {' '.join(COMMAND)}"))
        console.print(Syntax(done.stdout.rstrip(), "diff", theme="ansi_dark", background_color="default"))
        # how long it took differs from time to time
        lines = [line for line in done.stderr.splitlines() if not line.startswith("time")]
        console.print("\n".join(lines), highlight=False)
    return console.export_svg(title="adapter", unique_id="adapter")


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
