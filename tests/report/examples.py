"""Plans to print, as a run makes them."""

from pathlib import Path

from adapter.plan import Edit, Fidelity, FileError, Gap, GapReason, Ignored, Plan, Site, SiteKind, Span


def site(api: str, line: int, column: int = 1, cell: int | None = None) -> Site:
    return Site(Span(0, 9), SiteKind.CALL, api, line, column, line, column + 9, cell)


def changed_plan() -> Plan:
    return Plan(
        Path("train.py"),
        b"import wandb\nwandb.log(x)\nwandb.sweep(y)\n",
        b"import mlflow\nimport wandb\nmlflow.log_metrics(x)\nwandb.sweep(y)\n",
        edits=[
            Edit(
                site("wandb.log", 2),
                "mlflow.log_metrics",
                "wandb: wandb.log",
                Fidelity.LOSSY,
                "commit: every call commits",
            ),
            Edit(site("wandb", 1), "mlflow", "import"),
        ],
        gaps=[Gap(site("wandb.sweep", 3, 5), GapReason.NO_EDGE, "sweeps have\nno counterpart")],
        ignored=[Ignored(site("wandb.log", 9), "kept on purpose")],
    )


def broken_plan() -> Plan:
    path = Path("old.py")
    error = FileError(path, "Python 2 code", 3, 7, "convert it to Python 3 first")
    return Plan(
        path,
        b"print 'x'\n",
        gaps=[Gap(site("wandb.log", 2), GapReason.UNPARSABLE)],
        error=error,
    )


def unchanged_plan() -> Plan:
    gap = Gap(site("wandb.Api", 4, 3, cell=2), GapReason.NO_EDGE)
    return Plan(Path("look.ipynb"), b"{}", gaps=[gap])
