"""A class that opens or makes a repository in a folder of its own; the paths are those of that folder."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for tag in ("v1", "v2"):
        versioning.kept(task, data=["data/scores.csv"], folder="store", revision=tag)
    versioning.history(task, ["Save scores v2", "Save scores v1"], folder="store")
    versioning.cached(
        task, {"v1": {"data/scores.csv": "1\n2\n"}, "v2": {"data/scores.csv": "1\n2\n3\n"}}, folder="store"
    )
