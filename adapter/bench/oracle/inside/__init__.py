"""Oracle: code that runs in fresh processes of the sandbox, beside what a program left there.

A module here imports nothing of ours: its text is sent to the process as it stands.
"""

from __future__ import annotations

from inspect import getsource
from types import ModuleType


def code_of(call: str, *modules: ModuleType) -> str:
    """Code that binds `result` to the value of a call of functions in modules of this folder.

    Each module is there under its last name with `inside_` before it, apart from what programs define.
    """
    lines = ["import types"]
    for module in modules:
        name = f"inside_{module.__name__.rpartition('.')[2]}"
        lines.append(f"{name} = types.ModuleType({name!r})")
        lines.append(f"exec(compile({getsource(module)!r}, {name!r}, 'exec'), {name}.__dict__)")
    return "\n".join([*lines, f"result = {call}", ""])
