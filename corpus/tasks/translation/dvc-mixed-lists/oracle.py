"""Lists of data and of code, one call with both, and an index that is kept in a variable."""

from adapter.bench.oracle import Trial, output, versioning

DATA, CODE = ["results/weights.npy", "results/summary.csv"], ["README.md", "settings.toml"]


def check(task: Trial) -> None:
    output.keeps_output(task)
    for revision in ("scale-1", "scale-2", "HEAD"):
        versioning.kept(task, data=DATA, code=CODE, revision=revision)
    versioning.history(task, ["Final words", "Results at scale 2", "Results at scale 1"])
    versioning.clean(task)
    versioning.cached(
        task,
        {
            "scale-1": {"results/summary.csv": "scale,1\n", "README.md": "# Results at scale 1\n"},
            "scale-2": {"results/summary.csv": "scale,2\n", "README.md": "# Results at scale 2\n"},
            "HEAD": {"results/summary.csv": "scale,final\n", "README.md": "# Final results\n"},
        },
    )
