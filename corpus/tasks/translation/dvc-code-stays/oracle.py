"""One script versions a table, the other releases code and must stay as it is."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    versioning.left_alone(task, "release.py")
    versioning.kept(task, data=["counts.csv"], code=["version.py", "CHANGELOG.md"], revision="1.0")
    versioning.history(task, ["Release 1.0", "Counts"])
    versioning.clean(task)
    versioning.cached(task, {"1.0": {"counts.csv": "be,2\nnot,1\nor,1\nto,2\n"}})
