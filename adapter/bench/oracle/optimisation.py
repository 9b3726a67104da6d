"""Oracle: whether the model was optimised with NNCF as asked, still does its work, and is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adapter.bench.oracle.inside import code_of, optimised, untouched
from adapter.bench.oracle.output import keeps_output
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.bench.recording.programs import runnable

# By method: the functions of NNCF that do it.
METHODS: Mapping[str, frozenset[str]] = {
    "quantise": frozenset({"quantize", "quantize_with_accuracy_control"}),
    "quantise-aware-training": frozenset({"quantize", "quantize_with_accuracy_control"}),
    "compress-weights": frozenset({"compress_weights"}),
    "prune": frozenset({"prune"}),
}
# Training goes on in these, perhaps in the script's own loop: numbers that are printed may change.
TRAINED = frozenset({"prune", "quantise-aware-training"})
NUMBER = r"(?<!\w)[-+]?\d+(\.\d+)?(e[-+]?\d+)?"
NOT_MODELS = frozenset({".py", ".pyc", ".json", ".txt", ".log", ".csv", ".md", ".ipynb", ".png", ".yaml"})
# A share of zeros may miss the asked one by this much: layers have whole numbers of weights.
RATIO_SLACK = 0.03


def optimises(
    trial: Trial,
    *,
    model: str,
    inputs: str,
    targets: str | None = None,
    calibration: str | None = None,
    function: str | None = None,
    setup: str = "",
    agreement: float | None = None,
    difference: float | None = None,
    score_drop: float | None = None,
    ratio: float | None = None,
) -> None:
    """The trained model was optimised by the method that the task's options name, and is saved in a new file.

    `model`, `inputs`, `targets` and `calibration` (what a calibration sample may look like) are expressions
    over the variables of the untouched program, of its `function` where one is named; `setup` goes before;
    a tuple of `inputs` is for a model with several.
    `agreement` is the least share of equal classes, `difference` the largest mean difference of outputs as a
    share of their mean size, `score_drop` how far accuracy (or explained variance) may fall below the
    original's; `ratio` is the asked share of zeros.

    Raises:
        OracleError: what is missing or too far from the original.
    """
    method = str(trial.task.options["method"])
    keeps_output(trial, ignore=[NUMBER] if method in TRAINED else ())
    call = _call(trial, method)
    if method in TRAINED and not call["trained"]:
        raise OracleError("the model was not trained after NNCF had changed it")
    _expect_old_files(trial)
    expressions = {"model": model, "inputs": inputs}
    if targets is not None:
        expressions["targets"] = targets
    if method.startswith("quantise") and calibration is not None:
        expressions["calibration"] = calibration
    seen = _look_into(trial, expressions, function, setup)
    if seen["calibration"] is not None:
        _expect_calibration(call["calibration"], seen["calibration"])
    reasons = []
    for facts in seen["files"]:
        reason = facts["error"] or _missing(method, facts, ratio)
        reason = reason or _too_far(facts, agreement, difference, score_drop)
        if not reason:
            return
        reasons.append(f"{Path(facts['file']).name}: {reason}")
    raise OracleError("no new file holds the model as it was asked for: " + "; ".join(reasons))


def _call(trial: Trial, method: str) -> Mapping[str, Any]:
    """The last call of NNCF that does what the method asks for."""
    calls = [call for notes in trial.notes(trial.after, "nncf") for call in notes["calls"]]
    fitting = [call for call in calls if call["function"] in METHODS[method]]
    if not fitting:
        called = ", ".join(call["function"] for call in calls) or "nothing"
        raise OracleError(f"NNCF was not asked to {method} a model; called: {called}")
    found: Mapping[str, Any] = fitting[-1]
    return found


def _expect_old_files(trial: Trial) -> None:
    for path in _files(trial.before.project):
        if not (trial.after.project / path).is_file():
            raise OracleError(f"the program does not write {path} any more")


def new_files(trial: Trial) -> list[Path]:
    """The files that may hold models and that only the adapted program writes."""
    old = set(_files(trial.before.project))
    project = trial.after.project
    return [project / path for path in _files(project) if path not in old and path.suffix not in NOT_MODELS]


def _files(project: Path) -> Iterator[Path]:
    for path in sorted(project.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(project)


def _look_into(
    trial: Trial, expressions: dict[str, str], function: str | None, setup: str
) -> Mapping[str, Any]:
    """What a fresh process sees that runs the untouched program and then loads the new files."""
    files = [str(path.resolve()) for path in new_files(trial)]
    if not files:
        raise OracleError("the optimised model is not saved or exported to a new file")
    entry = runnable(trial.before.project / trial.task.entry).name
    found = f"inside_untouched.variables({entry!r}, {list(trial.task.arguments)!r}, {function!r})"
    call = f"inside_optimised.look_into({files!r}, {found}, {setup!r}, {expressions!r})"
    seen: Mapping[str, Any] = trial.ask(code_of(call, untouched, optimised), within=trial.before)
    return seen


def _missing(method: str, facts: Mapping[str, Any], ratio: float | None) -> str:
    """Why what a file holds is not a model that was optimised so; empty when it is."""
    if method == "compress-weights":
        return "" if facts["compressed"] else "no weights of eight bits are in it"
    if method != "prune":
        return "" if facts["quantised"] else "no quantiser is in it"
    if ratio is not None and abs(facts["zeros"] - ratio) > RATIO_SLACK:
        return f"the share of zero weights is {facts['zeros']:.1%}, asked was {ratio:.1%}"
    return ""


def _too_far(
    facts: Mapping[str, Any], agreement: float | None, difference: float | None, score_drop: float | None
) -> str:
    """Why the outputs are too far from those of the original model; empty when they are not."""
    if agreement is not None and not facts["agreement"] >= agreement:
        return f"its classes agree with the original model's in {facts['agreement']:.1%}, not {agreement:.1%}"
    if difference is not None and not facts["difference"] <= difference:
        return f"its outputs differ by {facts['difference']:.1%} of their size, allowed: {difference:.1%}"
    if score_drop is not None and not facts["score"] >= facts["original_score"] - score_drop:
        return f"it scores {facts['score']:.3f}, the original model {facts['original_score']:.3f}"
    return ""


def _expect_calibration(noted: Mapping[str, float], wanted: Mapping[str, float]) -> None:
    """The calibration data look like the program's own: enough of them, alike in mean and deviation."""
    if noted["samples"] < min(32, wanted["samples"]):
        raise OracleError(f"the model was calibrated with {noted['samples']} samples only")
    off = abs(noted["mean"] - wanted["mean"]) / max(wanted["deviation"], 1e-9)
    spread = noted["deviation"] / max(wanted["deviation"], 1e-9)
    if off > 0.3 or not 0.6 < spread < 1.6:
        raise OracleError(
            f"the calibration data (mean {noted['mean']:.3f}, deviation {noted['deviation']:.3f}) do not look"
            f" like the program's ({wanted['mean']:.3f}, {wanted['deviation']:.3f})"
        )
