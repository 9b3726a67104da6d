"""`adapter rules` and `adapter run`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Adapter


def test_rules_are_begun_tested_and_run(adapter: Adapter, project: Path) -> None:
    assert adapter("rules", "new", "tiny").returncode == 0
    tested = adapter("rules", "test", "tiny.yaml")
    assert (tested.returncode, tested.stdout) == (0, "2 validated\n")
    (project / "use.py").write_text("import tiny\n\ntiny.old_call(1, second=2)\n")
    done = adapter("run", "tiny.yaml", "use.py", "--write")
    assert done.returncode == 0, done.stderr
    assert (project / "use.py").read_text() == "import tiny\n\ntiny.new_call(1, other=2)\n"
    listed = adapter("rules", "show", "optuna")
    assert "optuna_integration" in listed.stdout
