"""tests/recording: runs programs and reads what they recorded with a tracking library."""

from recording.compare import differences
from recording.programs import ProgramFailedError, run_program
from recording.records import Library, Recording, RunRecord, Table

__all__ = [
    "Library",
    "ProgramFailedError",
    "Recording",
    "RunRecord",
    "Table",
    "differences",
    "run_program",
]
