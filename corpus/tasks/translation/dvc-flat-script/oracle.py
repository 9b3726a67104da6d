"""Two versions of a table; each is to be had at its tag."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for tag in ("v1", "v2"):
        versioning.kept(task, data=["measurements.csv"], revision=tag)
    versioning.history(task, ["Second day", "First measurements"])
    versioning.clean(task)
    first, second = "day,value\n1,0.5\n", "day,value\n1,0.5\n2,0.7\n"
    versioning.cached(task, {"v1": {"measurements.csv": first}, "v2": {"measurements.csv": second}})
