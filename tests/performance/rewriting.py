"""How many megabytes one core rewrites in a second, beside LibCST's RenameCommand on the same files."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

WARM_UP_FILES = 3
PASSES = 5


def translate_speed(files: list[Path]) -> float:
    """MB/s of a whole translation in this process, the maps loaded already; median of some passes."""
    from adapter.translate.pipeline import Options, translate_paths

    options = Options(source_library="wandb", target_library="mlflow")
    list(translate_paths(files[:WARM_UP_FILES], options))
    seconds = []
    for _ in range(PASSES):
        started = time.perf_counter()
        changed = sum(plan.changed for plan in translate_paths(files, options))
        seconds.append(time.perf_counter() - started)
        if changed != len(files):
            raise RuntimeError(f"{len(files) - changed} of {len(files)} files were not rewritten")
    return _megabytes(files) / median(seconds)


def rename_speed(files: list[Path]) -> float:
    """MB/s of LibCST's RenameCommand, one name, in this process."""
    from libcst.codemod import CodemodContext, TransformSuccess, transform_module
    from libcst.codemod.commands.rename import RenameCommand

    started = 0.0
    for path in [files[0], *files]:
        command = RenameCommand(CodemodContext(), old_name="wandb.log", new_name="mlflow.log_metrics")
        result = transform_module(command, path.read_text())
        if not isinstance(result, TransformSuccess):
            raise RuntimeError(f"RenameCommand failed on {path}: {result}")
        # The first file warms up and is not counted.
        started = started or time.perf_counter()
    return _megabytes(files) / (time.perf_counter() - started)


def _megabytes(files: list[Path]) -> float:
    return sum(path.stat().st_size for path in files) / 1e6
