"""Bench: runs programs and reads what they recorded with a tracking library."""

from adapter.bench.recording.compare import differences
from adapter.bench.recording.programs import ProgramFailedError, run_program
from adapter.bench.recording.records import Library, LoggedModel, Recording, RunRecord, Table

__all__ = [
    "Library",
    "LoggedModel",
    "ProgramFailedError",
    "Recording",
    "RunRecord",
    "Table",
    "differences",
    "run_program",
]
