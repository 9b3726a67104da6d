"""Rules in Python: LibCST codemods and functions over sites, run like all other rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapter.plan import Plan
from adapter.translate.pipeline import UsageError
from adapter.translate.running.load import load_python
from adapter.translate.running.pipeline import run_python

SITES = """
from adapter.translate.running.protocol import CodeSite, Left, sites_of


@sites_of("wandb", fidelity="lossy", note="one value a call")
def one_value(site: CodeSite) -> str | None:
    if site.api not in ("wandb.log", "wandb.Run.log"):
        return None
    if site.starred:
        raise Left("what it logs is not seen")
    site.needs("import mlflow")
    return f"mlflow.log_metrics({site.positional[0]})"
"""

CODEMOD = """
import libcst as cst
from libcst.codemod import CodemodContext, SkipFile, VisitorBasedCodemodCommand


class Louder(VisitorBasedCodemodCommand):
    DESCRIPTION = "print becomes shout"

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="shout") if updated_node.value == "print" else updated_node

    def visit_Module(self, node):
        if "skip me" in node.code:
            raise SkipFile("asked")
        if "fail" in node.code:
            raise ValueError("no")
        return True
"""


def planned(folder: Path, rules: str, text: str, *, name: str = "", unsafe: bool = False) -> dict[str, Plan]:
    (folder / "rules.py").write_text(rules)
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src/train.py").write_bytes(text.encode())
    found = load_python(f"{folder / 'rules.py'}{name}", [folder / "src"], trusted=True)
    plans = run_python(found, [folder / "src"], lambda done, total: None, unsafe=unsafe)
    return {plan.path.name: plan for plan in plans}


def test_a_function_rewrites_the_sites_that_it_knows(tmp_path: Path) -> None:
    text = "import wandb as wb\n\nrun = wb.init()\nrun.log({'a': 1})  # kept\nwb.log(**more)\n"
    plan = planned(tmp_path, SITES, text)["train.py"]
    assert plan.after is not None
    assert plan.after.decode() == text.replace("run.log(", "mlflow.log_metrics(").replace(
        "import wandb as wb\n", "import mlflow\nimport wandb as wb\n"
    )
    assert [(e.site.api, e.rule, e.fidelity, e.note) for e in plan.edits] == [
        ("wandb.Run.log", "wandb: one_value", "lossy", "one value a call")
    ]
    assert [(g.site.line, g.detail) for g in plan.gaps] == [(5, "what it logs is not seen")]


def test_a_line_can_ask_to_be_left_alone(tmp_path: Path) -> None:
    text = "import wandb\nwandb.log({})  # adapter: ignore[later]\n"
    plan = planned(tmp_path, SITES, text)["train.py"]
    assert plan.after is None
    assert [each.reason for each in plan.ignored] == ["later"]


def test_an_unsafe_function_needs_leave(tmp_path: Path) -> None:
    rules = SITES.replace('"lossy"', '"unsafe"')
    text = "import wandb\nwandb.log({})\n"
    assert planned(tmp_path, rules, text)["train.py"].after is None
    assert planned(tmp_path, rules, text, unsafe=True)["train.py"].after is not None


def test_what_a_function_writes_has_to_parse(tmp_path: Path) -> None:
    rules = SITES.replace('f"mlflow.log_metrics({site.positional[0]})"', '"(("')
    plan = planned(tmp_path, rules, "import wandb\nwandb.log({})\n")["train.py"]
    assert plan.after is None
    assert plan.error is not None


def test_a_codemod_is_run_and_its_changes_are_listed(tmp_path: Path) -> None:
    text = "print(1)\r\nx = 2\r\nprint(x)\r\n"
    plan = planned(tmp_path, CODEMOD, text, name=":Louder")["train.py"]
    assert plan.after == text.replace("print", "shout").encode()
    assert [(edit.site.line, edit.to) for edit in plan.edits] == [(1, "Louder"), (3, "Louder")]


@pytest.mark.parametrize(("text", "told"), [("# skip me\nprint()\n", False), ("# fail\nprint()\n", True)])
def test_a_codemod_may_skip_a_file_or_fail_in_it(tmp_path: Path, text: str, told: bool) -> None:
    plan = planned(tmp_path, CODEMOD, text).get("train.py")
    assert (plan is not None and plan.error is not None and "ValueError: no" in str(plan.error)) is told
    assert plan is None or plan.after is None


def test_code_of_the_project_is_run_only_on_request(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    (tmp_path / "rules.py").write_text(f"open({str(marker)!r}, 'w')\n" + CODEMOD)
    with pytest.raises(UsageError, match="--trust-project-rules"):
        load_python(str(tmp_path / "rules.py"), [tmp_path], trusted=False)
    assert not marker.exists()


def test_a_codemod_of_an_installed_package_needs_no_leave(tmp_path: Path) -> None:
    found = load_python(
        "libcst.codemod.commands.convert_format_to_fstring:ConvertFormatStringCommand",
        [tmp_path],
        trusted=False,
    )
    (tmp_path / "a.py").write_text('print("{}".format(x))\n')
    (plan,) = run_python(found, [tmp_path], lambda done, total: None)
    assert plan.after == b'print(f"{x}")\n'


@pytest.mark.parametrize(
    ("rules", "message"),
    [("no_such_module:Rule", "neither a rules file nor a module"), ("json:JSONDecoder", "holds no rule")],
)
def test_wrong_rules_are_told(tmp_path: Path, rules: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_python(rules, [tmp_path], trusted=False)
