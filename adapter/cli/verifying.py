"""Command line: `--verify`, a command run on the rewritten code before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapter.cli.exits import failure
from adapter.cli.writing import project_root
from adapter.plan import Plan
from adapter.report.run import Verification


def verified(command: str, plans: Sequence[Plan], paths: Sequence[Path]) -> Verification:
    """Run the command in the sandbox, in a copy of the project with what the plans make of it."""
    from adapter.fleet.verify import verify
    from adapter.sandbox.run import SandboxError

    root = project_root(paths)
    contents = {
        str(plan.path.resolve().relative_to(root)): plan.after
        for plan in plans
        if plan.error is None and plan.after is not None and plan.changed
    }
    try:
        result = verify(command, root, contents)
    except (SandboxError, OSError) as error:
        raise failure(f"--verify: {error}") from error
    return Verification(command, result.passed, result.said, result.seconds)
