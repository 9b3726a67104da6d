"""Suggestions as they come, some only sometimes, become a space of Hyperopt."""

from adapter.bench.oracle.searches import holds_for_all, last_json, refuse_import, tried
from adapter.bench.oracle.trial import OracleError


def check(task):
    """Raise an OracleError unless Hyperopt draws the same values and finds the same best."""
    refuse_import(task, "optuna")
    if "fmin(" not in (task.answer / task.task.entry).read_text():
        raise OracleError("the search is not run by Hyperopt")
    rows = tried(task)
    if len(rows) != 120:
        raise OracleError(f"{len(rows)} trials are run, wanted are 120")
    holds_for_all(rows, "one to three layers", lambda row: 1 <= len(row["layers"]) <= 3)
    holds_for_all(
        rows,
        "units are whole numbers from 8 to 64",
        lambda row: all(isinstance(units, int) and 8 <= units <= 64 for units in row["layers"]),
    )
    holds_for_all(rows, "lr lies between 1e-5 and 1e-1", lambda row: 1e-5 <= row["lr"] <= 1e-1)
    holds_for_all(rows, "dropout has steps of 0.25", lambda row: row["dropout"] in (0.0, 0.25, 0.5))
    holds_for_all(rows, "batch has steps of 16", lambda row: row["batch"] in (16, 32, 48, 64))
    holds_for_all(
        rows,
        "momentum belongs to sgd",
        lambda row: 0.5 <= row["momentum"] <= 0.99 if row["optimizer"] == "sgd" else row["momentum"] == 0,
    )
    for name, wanted in (("batch", 4), ("dropout", 3), ("optimizer", 3)):
        if len({row[name] for row in rows}) != wanted:
            raise OracleError(f"not every value of {name} is tried")
    if not 0.2 < sum(row["lr"] < 1e-3 for row in rows) / len(rows) < 0.8:
        raise OracleError("lr is not drawn on a logarithmic scale")
    units = [units for row in rows for units in row["layers"]]
    if not 0.3 < sum(each < 22.6 for each in units) / len(units) < 0.9:
        raise OracleError("units are not drawn on a logarithmic scale")
    told = last_json(task)
    if told["tried"] != 120 or told["optimizer"] != "adam" or told["dropout"] != 0.25 or told["value"] != 0.9:
        raise OracleError(f"the best trial is told as {told}")
    fitting = [row for row in rows if row["layers"] == [told["units"]] and row["dropout"] == 0.25]
    if not fitting:
        raise OracleError("the units that are told are those of no trial")
