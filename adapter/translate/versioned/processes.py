"""translate: command lines of DVC that a script runs as processes, as calls of its Python API."""

from __future__ import annotations

from adapter.plan import GapReason
from adapter.translate.arguments import Arg
from adapter.translate.context import context_of
from adapter.translate.lift import NoPathError
from adapter.translate.versioned.calls import GitCall
from adapter.translate.versioned.handles import Handle
from adapter.translate.versioned.nodes import literal, text_of
from adapter.translate.versioned.sites import Asked
from adapter.translate.versioned.spelling import joined_paths

_VERBS = frozenset({"add", "push", "pull", "fetch", "checkout", "commit", "init"})
_KEYWORDS = {"-f": "force", "--force": "force", "--no-scm": "no_scm", "--glob": "glob", "-R": "recursive"}
_QUIET = frozenset({"-q", "--quiet", "-v", "--verbose"})
_REMOTE = ("-r", "--remote")


def command_of_dvc(call: GitCall) -> Asked:
    """What a command line asks for: the folder, the method and what it is given.

    Raises:
        NoPathError: a command or an option that has no counterpart, or what it says is used.
    """
    if call.puzzle:
        raise NoPathError(GapReason.DYNAMIC, call.puzzle)
    if call.verb not in _VERBS:
        raise NoPathError(GapReason.NO_EDGE, f"dvc {call.verb} is left to the command line")
    if not context_of(call.node).alone:
        raise NoPathError(GapReason.POSITION, "what the process says is used")
    here = call.folder is None or literal(call.folder) == "."
    root = text_of(call.folder) if call.folder is not None else '"."'
    handle = Handle("", root, "", here)
    given = [joined_paths(call.operands, handle)] if call.operands else []
    for flag in call.flags:
        if flag in _QUIET:
            continue
        if flag in _REMOTE and flag in call.values:
            value = call.values[flag]
            given.append("remote=" + (f'"{value}"' if isinstance(value, str) else text_of(value)))
        elif flag in _KEYWORDS:
            given.append(f"{_KEYWORDS[flag]}=True")
        else:
            raise NoPathError(GapReason.ARGUMENTS, f"{flag} of dvc {call.verb} is not known")
    found = {"arguments": Arg(", ".join(given), raw=True)}
    if not here:
        found["root"] = Arg(root)
    imports = [] if here or not call.operands else ["import os"]
    if call.verb == "init":
        return Asked("versioning.setup", found)
    return Asked("versioning.command", {**found, "method": Arg(call.verb, raw=True)}, imports=imports)
