"""tests/bench: what runs in fresh processes sees the program's variables and is apart from them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from adapter.bench.oracle.inside import code_of, optimised, untouched

PROGRAM = """
import pickle
import sys


class Point:
    pass


def keep(number):
    number = number + len(sys.argv)
    return number


variables = "a name of ours"
keep(1)
keep(10)
with open("point.pickle", "wb") as file:
    pickle.dump(Point(), file)
print("the program's own line")
"""


def run(code: str, folder: Path) -> object:
    (folder / "train.py").write_text(PROGRAM)
    script = f"{code}\nimport json\nprint(json.dumps(result))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
    )
    *printed, result = done.stdout.splitlines()
    assert printed == ["the program's own line"]
    return json.loads(result)


@pytest.mark.parametrize(
    ("function", "expressions", "values"),
    [
        (
            None,
            {"text": "variables", "kind": "Point.__module__"},
            {"text": "a name of ours", "kind": "__main__"},
        ),
        ("keep", {"last": "number", "outside": "variables"}, {"last": 12, "outside": "a name of ours"}),
    ],
)
def test_variables_of_the_module_or_of_the_last_call_are_kept(
    function: str | None, expressions: dict[str, str], values: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    found = f"inside_untouched.variables('train.py', ['word'], {function!r})"
    code = code_of(f"inside_untouched.keep({found}, '', {expressions!r}, {str(path)!r})", untouched)
    assert run(code, tmp_path) == sorted(expressions)
    assert pickle.loads(path.read_bytes()) == values


def test_statements_before_the_expressions_change_what_they_see(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    found = "inside_untouched.variables('train.py', [], 'keep')"
    call = f"inside_untouched.keep({found}, 'number = -number', {{'last': 'number'}}, {str(path)!r})"
    run(code_of(call, untouched), tmp_path)
    assert pickle.loads(path.read_bytes()) == {"last": -11}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fresh process sets for itself is put back."""
    for name in ("CXX", "TORCHDYNAMO_DISABLE"):
        monkeypatch.setenv(name, "")


class TestFiles:
    """What a file with an optimised model may hold."""

    @staticmethod
    def facts(path: Path, targets: str | None = None) -> dict[str, object]:
        torch = pytest.importorskip("torch")
        torch.manual_seed(0)
        found = {
            "model": torch.nn.Linear(4, 3),
            "x": torch.randn(20, 4),
            "y": torch.arange(20) % 3,
            "torch": torch,
        }
        with torch.no_grad():
            found["model"].weight[:2] = 0
        torch.save(found["model"].state_dict(), path / "state.pt")
        torch.jit.trace(found["model"], found["x"]).save(path / "script.pt")
        torch.save([1, 2], path / "other.pt")
        expressions = {"model": "model", "inputs": "x"} | ({"targets": targets} if targets else {})
        files = [str(path / name) for name in ("state.pt", "script.pt", "other.pt")]
        held = optimised.look_into(files, found, "", expressions)["files"]
        return {Path(item["file"]).stem: item for item in held}

    def test_a_state_and_a_script_are_run_beside_the_original(self, tmp_path: Path) -> None:
        facts = self.facts(tmp_path, "y")
        for name, form in (("state", "state"), ("script", "script")):
            seen = facts[name]
            assert isinstance(seen, dict)
            assert seen["form"] == form
            assert seen["difference"] == 0
            assert seen["agreement"] == 1
            assert seen["score"] == seen["original_score"]
            assert seen["zeros"] == pytest.approx(2 / 3)
            assert not seen["quantised"]
            assert not seen["compressed"]

    def test_a_file_without_a_model_is_said_to_hold_none(self, tmp_path: Path) -> None:
        other = self.facts(tmp_path)["other"]
        assert isinstance(other, dict)
        assert "neither a module nor a state" in other["error"]
