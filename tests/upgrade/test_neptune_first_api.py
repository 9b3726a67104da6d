"""Neptune's first API, upgraded: the program runs with today's library and records what it recorded."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from adapter.graph.catalogs import catalog_of
from adapter.plan import Plan
from adapter.translate.upgrade.file import FileUpgrader
from adapter.translate.upgrade.rules import build_upgrade, rules_for

TOKEN = base64.b64encode(b'{"api_address": "http://localhost"}').decode()
PROGRAM = f"""
import neptune
import numpy as np

neptune.init("team/digits", api_token="{TOKEN}")


def train(rounds):
    for number in range(rounds):
        neptune.log_metric("loss", 1 / (number + 1))
        neptune.send_metric("score", 10 * number, 0.5)
    neptune.log_text("notes", "done")
    neptune.log_image("digits", np.zeros((4, 4)))


with neptune.create_experiment(name="first", params={{"lr": 0.1}}, tags=["small"]) as experiment:
    experiment.set_property("data", "v1")
    train(2)
    neptune.append_tag("finished")
    experiment.log_artifact("model.txt", "weights/model.txt")
"""


def upgraded(program: str) -> Plan:
    upgrade = build_upgrade(rules_for("neptune"))
    catalog = catalog_of(upgrade.route.source, separate_elements=True)
    return FileUpgrader(upgrade, catalog).upgrade(Path("train.py"), program.encode(), None).plan


def recorded(folder: Path) -> list[dict[str, Any]]:
    """What Neptune queued on disk, in order; without what it watches by itself."""
    found: list[dict[str, Any]] = []
    decoder = json.JSONDecoder()
    for path in sorted(folder.rglob("data-*.log")):
        text = path.read_text("utf-8")
        for match in re.finditer(r'\{"type": ', text):
            operation, _ = decoder.raw_decode(text, match.start())
            if operation["path"][0] not in ("monitoring", "source_code"):
                found.append(operation)
    return found


def series(operations: list[dict[str, Any]], name: str) -> list[tuple[float | None, Any]]:
    values = [value for each in operations if each["path"] == [name] for value in each.get("values", ())]
    return [(value["step"], value["value"]) for value in values]


def test_the_upgraded_program_records_the_same(tmp_path: Path) -> None:
    plan = upgraded(PROGRAM)
    assert (plan.error, plan.gaps) == (None, [])
    assert plan.after is not None
    (tmp_path / "train.py").write_bytes(plan.after)
    (tmp_path / "model.txt").write_text("3")
    environment = {**os.environ, "NEPTUNE_MODE": "offline"}
    run = subprocess.run(
        [sys.executable, "train.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    operations = recorded(tmp_path)
    by_path = {"/".join(each["path"]): each for each in operations}
    assert by_path["sys/name"]["value"] == "first"
    assert by_path["parameters/lr"]["value"] == 0.1
    assert by_path["data"]["value"] == "v1"
    assert [each["values"] for each in operations if each["path"] == ["sys", "tags"]] == [
        ["small"],
        ["finished"],
    ]
    assert series(operations, "loss") == [(None, 1.0), (None, 0.5)]
    assert series(operations, "score") == [(0, 0.5), (10, 0.5)]
    assert series(operations, "notes") == [(None, "done")]
    assert len(series(operations, "digits")) == 1
    assert by_path["weights/model.txt"]["type"] == "UploadFile"


def test_an_upgraded_program_has_nothing_left_to_upgrade() -> None:
    after = upgraded(PROGRAM).after
    assert after is not None
    again = upgraded(after.decode())
    assert (again.after, again.edits, again.gaps) == (None, [], [])


def test_what_reads_back_what_is_stored_stays_and_says_how_it_is_read_now() -> None:
    plan = upgraded(
        "import neptune\n\nexperiment = neptune.create_experiment()\nprint(experiment.get_parameters())\n"
    )
    assert plan.after is not None
    assert [gap.detail for gap in plan.gaps] == ['what was stored is read by run["parameters"].fetch()']


def test_a_call_whose_run_is_started_in_another_file_stays() -> None:
    plan = upgraded('import neptune\n\n\ndef log(loss):\n    neptune.log_metric("loss", loss)\n')
    assert plan.after is None
    assert "the variable that holds the run is not seen here" in plan.gaps[0].detail
