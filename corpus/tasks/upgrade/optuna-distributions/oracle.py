"""The study is written and read again with today's Optuna."""

from adapter.bench.oracle import upgraded


def check(task):
    """Raise an OracleError unless the trials and their distributions are those of the old script."""
    found = upgraded.said(task)
    upgraded.expects(
        found,
        {
            "best": {"rate": 0.01, "depth": 6, "dropout": 0.1},
            "rate": [1e-4, 1e-1, True],
            "depth": [2, 10, 2],
            "dropout": [0.0, 0.5, 0.1],
        },
    )
    upgraded.warns_of_nothing_old(task, "Distribution", "JournalFileStorage")
    upgraded.leaves_out(task, "UniformDistribution", "JournalFileStorage")
