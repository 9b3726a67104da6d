"""No name says what is data: the script itself tells large files from small ones while it runs."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task, ignore=[r"small: \d+"])
    for revision in ("main", "main~1"):
        versioning.kept(task, data=["trace"], code=["status"], folder="jobs", revision=revision)
    versioning.gone(task, ["job.lock", "job.lock.dvc"], folder="jobs", revision="main")
    versioning.cached(
        task,
        {
            "main": {"trace": "2\n" * 2000, "status": "job 2 done\n"},
            "main~1": {"trace": "1\n" * 2000, "status": "job 1 done\n"},
        },
        folder="jobs",
    )
