"""The training runs with Lightning 2."""

from adapter.bench.oracle import upgraded


def check(task):
    """Raise an OracleError unless the line is found, with the trainer set up as before."""
    wanted = {"epochs": 30, "slope": 3.0, "kept": 0, "stops": ["loss"], "watches": True}
    upgraded.expects(upgraded.said(task), wanted)
    upgraded.leaves_out(task, "pytorch_lightning", "terminate_on_nan", "flush_logs_every_n_steps")
