"""Old contents are read without a checkout, one file is restored, the working tree is reset."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for tag in ("spring", "summer"):
        versioning.kept(task, data=["table.csv"], revision=tag)
    versioning.history(task, ["Table summer", "Table spring"])
    versioning.clean(task)
    versioning.cached(
        task, {"spring": {"table.csv": "x\n1\n2\n3\n"}, "summer": {"table.csv": "x\n10\n20\n30\n"}}
    )
