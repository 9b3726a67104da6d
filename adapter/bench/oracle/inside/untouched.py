"""Oracle, inside: runs the untouched program once more and keeps what its variables held at the end."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from types import FrameType
from typing import Any

# Functions whose variables are wanted give them under their names; the module gives all of its own.
Variables = dict[str, Any]


def variables(entry: str, arguments: list[str], function: str | None) -> Variables:
    """The program's module variables and, over them, those of the last call of one of its functions."""
    import __main__

    inner: Variables = {}

    def note(frame: FrameType, event: str, _value: object) -> None:
        code = frame.f_code
        if event == "return" and code.co_name == function and code.co_filename == entry:
            inner.update(frame.f_locals)

    sys.argv = [entry, *arguments]
    code = compile(Path(entry).read_text(encoding="utf-8"), entry, "exec")
    if function is not None:
        sys.setprofile(note)
    try:
        # The real main module: what the program pickles must find its classes there.
        exec(code, __main__.__dict__)  # noqa: S102
    finally:
        sys.setprofile(None)
    return {**vars(__main__), **inner}


def keep(found: Variables, setup: str, expressions: dict[str, str], path: str) -> list[str]:
    """Pickle the values of the expressions, tensors as arrays; the names that were kept."""
    exec(setup, found)  # noqa: S102
    values = {name: plain(eval(text, found)) for name, text in expressions.items()}  # noqa: S307
    Path(path).write_bytes(pickle.dumps(values))
    return sorted(values)


def plain(value: Any) -> Any:
    """Tensors as NumPy arrays, also inside tuples, lists and dictionaries; all else as it is."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, tuple | list):
        return type(value)(plain(item) for item in value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
