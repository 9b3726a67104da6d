"""Git has the data from before, and everything is added at once: the data leaves git, its history stays."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    versioning.kept(task, data=["data/prices.csv"], code=["show.py"], revision="today")
    versioning.history(task, ["Today", "Years ago"])
    versioning.clean(task)
    versioning.cached(task, {"today": {"data/prices.csv": "x\n1\n2\n"}})
    versioning.cached(task, {"old": {"data/prices.csv": "x\n1\n"}})
