"""A notebook whose table grows; every week is a version that comes back."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for number in (1, 2, 3):
        versioning.kept(task, data=["data/weekly.csv"], revision=f"week-{number}")
    versioning.history(task, ["Week 3", "Week 2", "Week 1"], revision="week-3")
    rows = ["1,12\r\n", "2,9\r\n", "3,15\r\n"]
    versioning.cached(
        task, {f"week-{number}": {"data/weekly.csv": "".join(rows[:number])} for number in (1, 2, 3)}
    )
