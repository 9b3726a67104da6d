"""The history is read as it was."""

from adapter.bench.oracle import upgraded


def check(task):
    """Raise an OracleError unless the newest commits and the renamed file are told."""
    upgraded.expects(upgraded.said(task), {"messages": ["third", "second"], "renamed": ["b.txt"]})
    upgraded.leaves_out(task, "diff.renamed]")
