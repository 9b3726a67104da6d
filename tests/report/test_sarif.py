"""SARIF: valid by the types that are generated from the standard's schema, and readable for code scanning."""

import io
import json
from pathlib import Path
from typing import Any

from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log

from adapter.plan import Plan
from adapter.report.printer import Format, Output
from adapter.report.printers import printer_for
from adapter.report.run import Run
from tests.report.examples import broken_plan, changed_plan, unchanged_plan


def sarif(*plans: Plan) -> dict[str, Any]:
    stream, run = io.BytesIO(), Run()
    printer = printer_for(Format.SARIF, Output(stream))
    for plan in plans:
        printer.add(plan)
        run.add(plan)
    printer.finish(run)
    Log.model_validate_json(stream.getvalue())
    return json.loads(stream.getvalue())["runs"][0]


def test_an_empty_run_is_valid() -> None:
    assert sarif()["results"] == []


def test_gaps_are_warnings_and_losses_notes() -> None:
    results = sarif(changed_plan())["results"]
    assert [(r["ruleId"], r["level"], r["kind"]) for r in results] == [
        ("edit/exact", "none", "informational"),
        ("edit/lossy", "note", "fail"),
        ("gap/no-edge", "warning", "fail"),
    ]
    assert results[1]["message"]["text"] == (
        "wandb.log becomes mlflow.log_metrics (commit: every call commits)."
    )
    assert results[2]["message"]["text"] == "wandb.sweep is left: sweeps have no counterpart."
    assert results[2]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "train.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 14},
    }


def test_every_rule_that_a_result_names_is_described() -> None:
    run = sarif(changed_plan(), broken_plan(), unchanged_plan())
    described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= described


def test_a_result_in_a_notebook_names_the_cell() -> None:
    (result,) = sarif(unchanged_plan())["results"]
    assert result["message"]["text"].startswith("In cell 2, line 4: wandb.Api is left")
    assert result["locations"][0]["logicalLocations"] == [{"name": "cell 2"}]


def test_a_file_that_could_not_be_handled_is_a_notification() -> None:
    (invocation,) = sarif(broken_plan())["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert not invocation["executionSuccessful"]
    assert notification["message"]["text"] == "Python 2 code (convert it to Python 3 first)"
    assert notification["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 7}


def test_a_fingerprint_stays_when_lines_move_and_tells_equal_calls_apart() -> None:
    def prints(plan: Plan) -> list[str]:
        return [result["partialFingerprints"]["adapterSite/v1"] for result in sarif(plan)["results"]]

    one, moved = changed_plan(), changed_plan()
    moved.gaps = [type(gap)(shifted(gap.site), gap.reason, gap.detail) for gap in moved.gaps]
    assert prints(one) == prints(moved)
    one.edits *= 2
    assert len(set(prints(one))) == len(prints(one)) == 5


def shifted(site: Any) -> Any:
    from dataclasses import replace

    return replace(site, line=site.line + 7, end_line=site.end_line + 7)


def test_an_absolute_path_outside_is_a_file_address() -> None:
    plan = unchanged_plan()
    plan.path = Path("/elsewhere/a b.ipynb")
    (result,) = sarif(plan)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/a%20b.ipynb"
    }
