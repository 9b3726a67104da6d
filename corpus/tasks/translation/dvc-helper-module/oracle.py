"""The repository is opened, filled and restored in a module of its own; only its caller shows what is data."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for revision in ("HEAD", "HEAD~1"):
        versioning.kept(task, data=["table.csv", "model.pkl"], revision=revision)
    versioning.history(task, ["Model of 3 rows", "Model of 2 rows"])
    versioning.clean(task)
    versioning.cached(task, {"HEAD~1": {"table.csv": "1,2\n2,4\n"}, "HEAD": {"table.csv": "1,3\n2,6\n3,9\n"}})
