"""The search runs with today's Optuna over the same space."""

from adapter.bench.oracle import upgraded


def check(task):
    """Raise an OracleError unless bounds, scale and step are those of the old suggestions."""
    found = upgraded.said(task)
    space = {
        "alpha": [1e-3, 10.0, True, None],
        "share": [0.5, 1.0, False, None],
        "scale": [0.5, 2.0, False, 0.5],
    }
    upgraded.expects(found, {"complete": 6, "space": space, "names": ["alpha", "scale", "share"]})
    upgraded.warns_of_nothing_old(task, "suggest_")
