"""Oracle: whether the trained model is in the registry, complete, and predicts what it should."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from adapter.bench.oracle.inside import code_of, registered, untouched
from adapter.bench.oracle.output import same_output
from adapter.bench.oracle.trial import OracleError, Trial
from adapter.bench.recording.programs import runnable

EXPECTED_FILE = "expected.pickle"
# Weights are kept in full; only the order of additions may differ between two processes.
SAME = 1e-4


def registers(
    trial: Trial,
    name: str,
    *,
    inputs: str,
    outputs: str,
    function: str | None = None,
    setup: str = "",
    input_example: bool = True,
) -> str:
    """The program's trained model is registered with MLflow under this name and predicts as in the program.

    The name of the run that logged it, empty where it was logged outside of one.

    `inputs` and `outputs` are expressions over the variables of the untouched program (of its `function`,
    where one is named, at the end of its last call); `setup` are statements that go before.

    Raises:
        OracleError: what is missing or differs; also when the program prints something else than before.
    """
    same_output(trial)
    kept = keep_expected(trial, {"inputs": inputs, "outputs": outputs}, function, setup)
    expected = trial.after.workdir.resolve() / EXPECTED_FILE
    expected.write_bytes(kept.read_bytes())
    call = f"inside_registered.look_at_model({name!r}, {str(expected)!r})"
    facts = trial.ask(code_of(call, registered))
    _expect_registered(name, facts, input_example)
    _expect_same_model(name, facts)
    return str(facts["run"])


def keep_expected(
    trial: Trial, expressions: dict[str, str], function: str | None = None, setup: str = ""
) -> Path:
    """The file with the pickled values of expressions over the untouched program's variables.

    It lies beside the untouched program's run, and is made once for all answers that are tried.
    """
    before = trial.before
    entry = runnable(before.project / trial.task.entry).name
    wanted = (entry, list(trial.task.arguments), function)
    key = hashlib.sha256(repr((wanted, expressions, setup)).encode()).hexdigest()[:12]
    path = before.workdir.resolve() / f"{key}-{EXPECTED_FILE}"
    if not path.exists():
        found = f"inside_untouched.variables(*{wanted!r})"
        call = f"inside_untouched.keep({found}, {setup!r}, {expressions!r}, {str(path)!r})"
        trial.ask(code_of(call, untouched), within=before)
    return path


def _expect_registered(name: str, facts: dict[str, Any], input_example: bool) -> None:
    if not facts["versions"]:
        others = ", ".join(facts["names"]) or "none at all"
        raise OracleError(f"no model is registered as {name!r}; registered: {others}")
    if facts["run_status"] != "FINISHED":
        raise OracleError(f"the run of the registered model is {facts['run_status']}, not finished")
    for part in ("inputs", "outputs"):
        if not facts[f"signature_{part}"]:
            raise OracleError(f"the registered model has no signature of its {part}")
    if input_example and not facts["example"]:
        raise OracleError("the registered model has no input example")
    if facts["example_error"]:
        raise OracleError(f"the model cannot predict its own input example: {facts['example_error']}")
    if not facts["example_fits"]:
        raise OracleError("the input example has another shape than what the program feeds to the model")


def _expect_same_model(name: str, facts: dict[str, Any]) -> None:
    if facts["error"]:
        raise OracleError(f"the model registered as {name!r} cannot be used: {facts['error']}")
    if not facts["difference"] <= SAME:
        raise OracleError(
            f"the model registered as {name!r} predicts something else than the program's trained model"
            f" (largest difference {facts['difference']:.2g} of the largest value)"
        )


def logs_model(trial: Trial, name: str, *, saved: str) -> None:
    """The file that the program saves is in a W&B artifact of type model with this name.

    Raises:
        OracleError: what is missing or differs; also when the program prints something else than before.
    """
    same_output(trial)
    runs = trial.store.runs
    models = [model for run in runs for model in run.models]
    fitting = [model for model in models if model.name == name]
    if not fitting:
        others = ", ".join(model.name for model in models) or "none at all"
        raise OracleError(f"no artifact of type model is logged as {name!r}; logged: {others}")
    if not all(run.finished for run in runs):
        raise OracleError("the W&B run was not ended well")
    wanted = (trial.after.project / saved).read_bytes()
    contents = [path.read_bytes() for path in fitting[-1].files.values() if path.is_file()]
    if wanted not in contents:
        raise OracleError(f"the artifact {name!r} does not hold the model that the program saves as {saved}")
