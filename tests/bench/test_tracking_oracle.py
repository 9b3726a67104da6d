"""tests/bench: the checks of tracking take every sensible recording and refuse doctored ones."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from adapter.bench.oracle import OracleError, Trial, output, tracking
from adapter.bench.recording.records import RunRecord, artifact_text

PRINTED = "epoch 1: loss 0.5000 acc 80.0%\nepoch 2: loss 0.2500 acc 90.0%\nbest 0.9\n"
PATTERN = r"^epoch (?P<step>\d+): loss (?P<loss>[\d.]+) acc (?P<acc>[\d.]+)%$"
Change = Callable[[RunRecord], object]


def good_run() -> RunRecord:
    return RunRecord(
        params={"lr": "0.1", "epochs": "2"},
        metrics={"loss": [(1, 0.50001), (2, 0.25)], "acc": [(1, 80.0), (2, 90.0)], "best": [(0, 0.9)]},
    )


def check(trial: Trial) -> None:
    output.same_output(trial)
    tracking.parameters(trial, {"lr": 0.1, ("epochs", "rounds"): 2})
    tracking.metrics(trial, PATTERN, spellings={"loss": ["train_loss"]}, percent=["acc"])
    tracking.metrics(trial, r"^best (?P<best>[\d.]+)$")


def renamed(run: RunRecord, old: str, new: str) -> None:
    run.metrics[new] = run.metrics.pop(old)


def shifted(run: RunRecord, by: int) -> None:
    run.metrics = {name: [(step + by, v) for step, v in series] for name, series in run.metrics.items()}


SENSIBLE: dict[str, Change] = {
    "as it is": lambda run: None,
    "steps from zero": lambda run: shifted(run, -1),
    "another spelling": lambda run: renamed(run, "loss", "Train/Loss"),
    "a fraction": lambda run: run.metrics.update(accuracy=[(1, 0.8), (2, 0.9)]) or run.metrics.pop("acc"),
    "more parameters": lambda run: run.params.update(device="cpu"),
    "more values": lambda run: run.metrics["loss"].insert(0, (0, 0.7)),
    "more metrics": lambda run: run.metrics.update(seconds=[(0, 1.0)]),
    "the best one in the summary": lambda run: run.summary.update(best=run.metrics.pop("best")[0][1]),
}


@pytest.mark.parametrize("change", SENSIBLE.values(), ids=SENSIBLE)
def test_sensible_recordings_pass(change: Change, trial_of: Callable[..., Trial]) -> None:
    run = good_run()
    change(run)
    check(trial_of(run, before=PRINTED))


DOCTORED: dict[str, tuple[Change, str]] = {
    "metric lost": (lambda run: run.metrics.pop("loss"), "loss is not recorded"),
    "wrong name": (lambda run: renamed(run, "loss", "error"), "loss is not recorded"),
    "value changed": (lambda run: run.metrics["loss"].__setitem__(0, (1, 0.6)), "at step 1 it is 0.6"),
    "value lost": (lambda run: run.metrics["loss"].pop(), "stands at the steps 1, reported were 1, 2"),
    "all at one step": (
        lambda run: run.metrics.update(loss=[(0, 0.5), (0, 0.25)]),
        "steps 0, 0, which do not rise",
    ),
    "steps far off": (lambda run: shifted(run, 5), "stands at the steps 6, 7"),
    "values swapped": (
        lambda run: run.metrics.update(loss=[(1, 0.25), (2, 0.5)]),
        "at step 1 it is 0.25",
    ),
    "wrong last value": (lambda run: run.metrics["best"].append((1, 0.8)), "last value is 0.8"),
    "parameter lost": (lambda run: run.params.pop("lr"), "lr is not recorded"),
    "parameter changed": (lambda run: run.params.update(lr="0.2"), "recorded as 0.2, not 0.1"),
    "not finished": (lambda run: setattr(run, "finished", False), "not ended well"),
    "part of another run": (lambda run: setattr(run, "nested", True), "0 runs were recorded"),
}


@pytest.mark.parametrize(("change", "said"), DOCTORED.values(), ids=DOCTORED)
def test_doctored_recordings_are_refused(change: Change, said: str, trial_of: Callable[..., Trial]) -> None:
    run = good_run()
    change(run)
    with pytest.raises(OracleError, match=said):
        check(trial_of(run, before=PRINTED))


@pytest.mark.parametrize("number", [0, 2])
def test_there_is_exactly_one_run(number: int, trial_of: Callable[..., Trial]) -> None:
    with pytest.raises(OracleError, match=f"{number} runs"):
        check(trial_of(*(good_run() for _ in range(number)), before=PRINTED))


@pytest.mark.parametrize("after", ["more\n" + PRINTED, PRINTED.replace("0.25", "0.26"), ""])
def test_other_output_is_refused(after: str, trial_of: Callable[..., Trial]) -> None:
    with pytest.raises(OracleError, match="prints something else"):
        check(trial_of(good_run(), before=PRINTED, after=after))


def test_times_in_the_output_do_not_count(trial_of: Callable[..., Trial]) -> None:
    output.same_output(trial_of(before="3 batches, 1s 12ms/step\n", after="3 batches, 2s 7ms/step\n"))


def test_steps_that_wandb_counts_need_only_rise(trial_of: Callable[..., Trial]) -> None:
    run = good_run()
    run.metrics |= {"loss": [(4, 0.5), (9, 0.25)], "acc": [(5, 80.0), (11, 90.0)]}
    check(trial_of(run, before=PRINTED, target="wandb"))


FOLDS = "fold 1 epoch 1 loss 0.5\nfold 1 epoch 2 loss 0.4\nfold 2 epoch 1 loss 0.6\nfold 2 epoch 2 loss 0.3\n"
FOLD_PATTERN = r"^fold (?P<fold>\d) epoch (?P<step>\d) loss (?P<loss>[\d.]+)$"


def part(loss: list[tuple[int, float]], nested: bool = True) -> RunRecord:
    return RunRecord(metrics={"loss": loss}, nested=nested)


TOLD_APART = {
    "nested runs": [RunRecord(), part([(1, 0.5), (2, 0.4)]), part([(1, 0.6), (2, 0.3)])],
    "names": [
        RunRecord(metrics={"fold_1/loss": [(1, 0.5), (2, 0.4)], "fold_2/loss": [(1, 0.6), (2, 0.3)]}),
    ],
    "names from zero": [
        RunRecord(metrics={"loss_fold0": [(0, 0.5), (1, 0.4)], "loss_fold1": [(0, 0.6), (1, 0.3)]}),
    ],
    "one series": [part([(0, 0.5), (1, 0.4), (2, 0.6), (3, 0.3)], nested=False)],
}


@pytest.mark.parametrize("runs", TOLD_APART.values(), ids=TOLD_APART)
def test_parts_may_be_told_apart_in_several_ways(
    runs: list[RunRecord], trial_of: Callable[..., Trial]
) -> None:
    tracking.metrics(trial_of(*copy.deepcopy(runs), before=FOLDS), FOLD_PATTERN, part="fold")


MIXED_UP = {
    "one on the other": [part([(1, 0.5), (2, 0.4), (1, 0.6), (2, 0.3)], nested=False)],
    "only one": [part([(1, 0.5), (2, 0.4)], nested=False)],
    "nested in the wrong order": [RunRecord(), part([(1, 0.6), (2, 0.3)]), part([(1, 0.5), (2, 0.4)])],
}


@pytest.mark.parametrize("runs", MIXED_UP.values(), ids=MIXED_UP)
def test_parts_that_are_mixed_up_are_refused(runs: list[RunRecord], trial_of: Callable[..., Trial]) -> None:
    with pytest.raises(OracleError, match="loss"):
        tracking.metrics(trial_of(*copy.deepcopy(runs), before=FOLDS), FOLD_PATTERN, part="fold")


def test_an_artifact_is_the_file_as_it_was_in_the_end(trial_of: Callable[..., Trial]) -> None:
    trial = trial_of(RunRecord())
    file = trial.after.project / "model.bin"
    file.write_bytes(b"early")
    early = artifact_text("model.bin", file)
    file.write_bytes(b"late")
    (run,) = trial.store.runs
    with pytest.raises(OracleError, match="not kept"):
        tracking.artifact(trial, "model.bin")
    run.artifacts = {early}
    with pytest.raises(OracleError, match="not what the program wrote in the end"):
        tracking.artifact(trial, "model.bin")
    run.artifacts = {artifact_text("model.bin", file)}
    tracking.artifact(trial, "model.bin")
    file.unlink()
    with pytest.raises(OracleError, match="no longer writes"):
        tracking.artifact(trial, "model.bin")
