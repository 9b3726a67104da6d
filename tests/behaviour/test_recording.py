"""tests/behaviour: the comparison itself: it agrees about equal programs and notices every difference.

The programs are written by hand in both libraries and run with the real ones.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapter.bench.recording import Library, ProgramFailedError, Recording, differences, run_program
from adapter.bench.recording.programs import code_of_notebook
from adapter.bench.recording.records import parameter_text, tag_word
from adapter.bench.recording.wandb_reader import records_of

WITH_WANDB = """
import json
import wandb
import numpy as np

with open("notes.json", "w") as file:
    json.dump({"b": [1, 2], "a": 1}, file)
with open("numbers.csv", "w") as file:
    file.write("1,2")

run = wandb.init(
    project="pairs",
    name="first",
    group="small",
    notes="by hand",
    tags=["one", "two:2"],
    config={"lr": 0.5, "rounds": 3, "shape": (2, 3), "model": {"width": 4}},
)
run.config.update({"extra": "late"})
for round in range(wandb.config.rounds):
    run.log({"loss": 1.0 / (round + 1), "round": round})
run.log({"final/loss": 0.25}, step=10)
run.log({"final/loss": float("nan")}, step=11)
run.log({"picture": wandb.Image(np.zeros((4, 4, 3), dtype=np.uint8))})
run.log({"table": wandb.Table(columns=["x", "y"], data=[[1, "a"], [2, "b"]])})
run.summary["best"] = 0.125
artifact = wandb.Artifact("files", type="dataset")
artifact.add_file("notes.json")
run.log_artifact(artifact)
run.save("numbers.csv")
run.finish()

with wandb.init(project="pairs", config={"second": True}) as run:
    run.tags = run.tags + ("later",)
    wandb.log({"value": 3})
"""

WITH_MLFLOW = """
import json
import mlflow
import numpy as np
from pathlib import Path

with open("numbers.csv", "w") as file:
    file.write("1,2")

mlflow.set_experiment("pairs")
mlflow.start_run(run_name="first", description="by hand", tags={"group": "small", "one": "true", "two": "2"})
mlflow.log_params({"lr": 0.5, "rounds": 3, "shape": (2, 3), "model": {"width": 4}})
mlflow.log_param("extra", "late")
for round in range(3):
    mlflow.log_metrics({"loss": 1.0 / (round + 1), "round": round}, step=round)
mlflow.log_metric("final/loss", 0.25, step=10)
mlflow.log_metric("final/loss", float("nan"), step=11)
mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), key="picture", step=12)
mlflow.log_table({"x": [1, 2], "y": ["a", "b"]}, "table.json")
mlflow.log_metric("best", 0.125)
mlflow.log_dict({"a": 1, "b": [1, 2]}, "files/notes.json")
mlflow.log_artifact("numbers.csv")
mlflow.end_run()

with mlflow.start_run():
    mlflow.log_param("second", True)
    mlflow.set_tag("later", "true")
    mlflow.log_metric("value", 3)
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> dict[Library, Recording]:
    """The recordings of the two programs."""
    folder = tmp_path_factory.mktemp("pair")
    texts = {Library.WANDB: WITH_WANDB, Library.MLFLOW: WITH_MLFLOW}

    def record(library: Library) -> Recording:
        program = folder / f"with_{library}" / "program.py"
        program.parent.mkdir()
        program.write_text(texts[library])
        return run_program(program, library=library, workdir=folder / library)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(texts, pool.map(record, texts), strict=True))


@pytest.mark.parametrize("library", [Library.WANDB, Library.MLFLOW])
def test_what_was_recorded_is_read(pair: dict[Library, Recording], library: Library) -> None:
    recording = pair[library]
    first, second = recording.runs
    assert recording.project == "pairs"
    assert (first.name, second.name) == ("first", "")
    assert first.params == {
        "lr": "0.5",
        "rounds": "3",
        "shape": "[2, 3]",
        "model": "{'width': 4}",
        "extra": "late",
    }
    assert first.metrics["loss"] == [(0, 1.0), (1, 0.5), (2, 1 / 3)]
    assert [step for step, _value in first.metrics["final/loss"]] == [10, 11]
    assert first.tags == {"group:small", "one", "two:2"}
    assert {item.partition(" ")[0] for item in first.artifacts} == {"notes.json", "numbers.csv"}
    assert first.media == {"picture", "table"}
    assert first.tables["table"].columns == ("x", "y")
    assert first.tables["table"].rows == ('[1.0, "a"]', '[2.0, "b"]')
    assert first.notes == "by hand"
    assert second.params == {"second": "True"}
    assert second.tags == {"later"}
    assert second.metrics == {"value": [(0, 3.0)]}


def test_equal_programs_have_no_differences_either_way(pair: dict[Library, Recording]) -> None:
    assert differences(pair[Library.WANDB], pair[Library.MLFLOW]) == []
    assert differences(pair[Library.MLFLOW], pair[Library.WANDB]) == []


@dataclass(frozen=True)
class Doctored:
    """A change to the recording after the translation, and what has to be said about it."""

    change: Callable[[Recording], object]
    said: str


DOCTORED = {
    "metric lost": Doctored(lambda r: r.runs[0].metrics.pop("loss"), "metric 'loss' is missing"),
    "metric new": Doctored(lambda r: r.runs[0].metrics.update(more=[(0, 1.0)]), "metric 'more' is new"),
    "metric renamed": Doctored(
        lambda r: r.runs[0].metrics.update(Loss=r.runs[0].metrics.pop("loss")), "metric 'Loss' is new"
    ),
    "value changed": Doctored(
        lambda r: r.runs[0].metrics["loss"].__setitem__(1, (1, 0.51)), "metric 'loss': [1 at 0, 0.5 at 1"
    ),
    "value lost": Doctored(lambda r: r.runs[0].metrics["loss"].pop(), "metric 'loss'"),
    "step changed": Doctored(
        lambda r: r.runs[0].metrics["loss"].__setitem__(0, (1, 1.0)), "[1 at 1, 0.5 at 1"
    ),
    "summary changed": Doctored(
        lambda r: r.runs[0].metrics["best"].__setitem__(0, (0, 0.5)), "metric 'best': [summary 0.125]"
    ),
    "summary lost": Doctored(lambda r: r.runs[0].metrics.pop("best"), "metric 'best' is missing"),
    "parameter lost": Doctored(lambda r: r.runs[0].params.pop("lr"), "parameter 'lr' is missing"),
    "parameter new": Doctored(lambda r: r.runs[0].params.update(more="1"), "parameter 'more' is new"),
    "parameter changed": Doctored(
        lambda r: r.runs[0].params.update(lr="0.6"), "parameter 'lr': '0.5' became '0.6'"
    ),
    "tag lost": Doctored(lambda r: r.runs[0].tags.remove("one"), "tag 'one' is missing"),
    "tag new": Doctored(lambda r: r.runs[0].tags.add("three"), "tag 'three' is new"),
    "artifact lost": Doctored(lambda r: r.runs[0].artifacts.clear(), "artifact 'notes.json sha256:"),
    "artifact new": Doctored(lambda r: r.runs[0].artifacts.add("x.txt"), "artifact 'x.txt' is new"),
    "media lost": Doctored(lambda r: r.runs[0].media.remove("picture"), "media 'picture' is missing"),
    "table lost": Doctored(lambda r: r.runs[0].tables.clear(), "table 'table' is missing"),
    "name lost": Doctored(lambda r: setattr(r.runs[0], "name", ""), "name: 'first' became ''"),
    "notes lost": Doctored(lambda r: setattr(r.runs[0], "notes", ""), "description: 'by hand' became ''"),
    "run lost": Doctored(lambda r: r.runs.pop(), "runs: 2 became 1"),
    "project changed": Doctored(lambda r: setattr(r, "project", ""), "project: 'pairs' became ''"),
    "source still used": Doctored(lambda r: r.strays.append("wandb"), "also recorded with wandb"),
}


@pytest.mark.parametrize("case", DOCTORED.values(), ids=DOCTORED)
def test_a_doctored_recording_is_noticed(pair: dict[Library, Recording], case: Doctored) -> None:
    doctored = copy.deepcopy(pair[Library.MLFLOW])
    case.change(doctored)
    found = differences(pair[Library.WANDB], doctored)
    assert any(case.said in line for line in found), found


def test_steps_that_mlflow_was_given_must_be_kept(pair: dict[Library, Recording]) -> None:
    doctored = copy.deepcopy(pair[Library.WANDB])
    doctored.runs[0].metrics["loss"] = [(step + 1, value) for step, value in doctored.runs[0].metrics["loss"]]
    (found,) = differences(pair[Library.MLFLOW], doctored)
    assert "metric 'loss'" in found


def test_a_metric_that_mlflow_logged_without_steps_is_numbered_as_wandb_likes(
    pair: dict[Library, Recording],
) -> None:
    before, after = copy.deepcopy(pair[Library.MLFLOW]), copy.deepcopy(pair[Library.WANDB])
    before.runs[1].metrics["value"] = [(0, 3.0), (0, 4.0)]
    after.runs[1].metrics["value"] = [(7, 3.0), (8, 4.0)]
    assert differences(before, after) == []
    after.runs[1].metrics["value"].reverse()
    assert len(differences(before, after)) == 1


def test_nothing_recorded_is_a_difference() -> None:
    assert differences(Recording(Library.WANDB), Recording(Library.MLFLOW)) == [
        "runs: nothing was recorded before"
    ]


def test_a_program_that_fails_is_an_error_with_its_output(tmp_path: Path) -> None:
    program = tmp_path / "folder" / "broken.py"
    program.parent.mkdir()
    program.write_text("print('so far')\nraise SystemExit('no further')\n")
    with pytest.raises(ProgramFailedError, match=r"(?s)ended with 1.*so far.*no further"):
        run_program(program, library=Library.WANDB, workdir=tmp_path / "work")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), ("1.0", "1"), (1e-4, "0.0001"), (True, "True"), (None, "None"), ((1, 2.0), "[1, 2]"),
     ("adam", "adam"), ({"b": 1, "a": (2,)}, "{'a': [2], 'b': 1}"), ("[64, 32]", "[64, 32]")],
)  # fmt: skip
def test_parameters_have_one_spelling(value: object, text: str) -> None:
    assert parameter_text(value) == text


def test_tags_are_words() -> None:
    assert [tag_word("k", value) for value in ("true", "True", "", "v")] == ["k", "k", "k", "k:v"]


def test_a_record_that_spans_blocks_is_joined() -> None:
    full, first, last = 1, 2, 4
    small, large = b"s" * 10, b"L" * 40_000
    data = bytearray(7)

    def put(part: bytes, kind: int) -> None:
        data.extend(b"\0\0\0\0" + len(part).to_bytes(2, "little") + bytes([kind]) + part)

    put(small, full)
    room = 32_768 - len(data) - 7
    put(large[:room], first)
    put(large[room:], last)
    assert list(records_of(bytes(data))) == [small, large]


def test_the_code_of_a_notebook_has_no_magics(tmp_path: Path) -> None:
    notebook = tmp_path / "small.ipynb"
    notebook.write_text(
        '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# no"},'
        '{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],'
        '"source": ["!pip install wandb\\n", "%matplotlib inline\\n", "a = 1"]},'
        '{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [],'
        '"source": "%%bash\\nls"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
    )
    assert code_of_notebook(notebook) == "a = 1\n\n"
