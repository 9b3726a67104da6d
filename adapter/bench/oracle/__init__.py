"""Oracle: checks that run the adapted program and look at what it did."""

from adapter.bench.oracle import optimisation, output, recordings, registry, tracking, tuning, versioning
from adapter.bench.oracle.trial import OracleError, ProgramFailedError, Trial

__all__ = [
    "OracleError",
    "ProgramFailedError",
    "Trial",
    "optimisation",
    "output",
    "recordings",
    "registry",
    "tracking",
    "tuning",
    "versioning",
]
