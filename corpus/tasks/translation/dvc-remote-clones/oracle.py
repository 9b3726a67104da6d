"""What one person pushes another pulls, and a late clone gets, bytes of data included."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    versioning.kept(task, data=["data/shared.csv"], folder="origin.git", revision="main")
    versioning.kept(task, data=["data/shared.csv"], folder="origin.git", revision="main~1")
    versioning.history(task, ["bob: one more", "ada: first rows"], folder="origin.git", revision="main")
    versioning.stored(task, ["1\n2\n", "1\n2\n3\n"])
    versioning.versions(
        task,
        {"main": {"data/shared.csv": "1\n2\n3\n"}, "main~1": {"data/shared.csv": "1\n2\n"}},
        folder="origin.git",
    )
