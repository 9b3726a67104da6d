"""The training runs with Keras 3."""

from adapter.bench.oracle import upgraded


def check(task):
    """Raise an OracleError unless the model learns, at the rate that was asked for."""
    upgraded.expects(upgraded.said(task), {"epochs": 20, "small": True, "rate": 0.1})
    upgraded.leaves_out(task, "tensorflow", "fit_generator")
