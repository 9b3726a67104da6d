"""Files are added, renamed and removed by git's commands; the notes stay in git."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    versioning.kept(task, data=["data/raw.csv"], code=["notes.md"], revision="raw")
    versioning.kept(task, data=["data/final.csv"], code=["notes.md"])
    versioning.gone(task, ["data/raw.csv", "data/clean.csv"])
    versioning.clean(task)
    versioning.cached(
        task,
        {
            "raw": {"data/raw.csv": "a,b\n1,\n2,3\n"},
            "HEAD~2": {"data/clean.csv": "a,b\n2,3\n"},
            "HEAD": {"data/final.csv": "a,b\n2,3\n"},
        },
    )
