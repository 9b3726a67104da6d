"""Command line: defaults of a project, from `[tool.adapter]` in its pyproject.toml.

Keys are long options without their dashes; those of one command stand in a table of its own:

    [tool.adapter]
    exclude = ["third_party/**"]
    [tool.adapter.translate]
    from = "wandb"
    to = "mlflow"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

FILE = "pyproject.toml"
# What a project must not decide for the person at the keyboard: writing, running, and sending code away.
_NEVER = {
    "write",
    "review",
    "verify",
    "unsafe",
    "output",
    "llm",
    "trust-project-rules",
    "allow-code-execution",
    "version",
    "help",
}


class DefaultsError(Exception):
    """The table does not hold together; the message names the file, the key and what to do."""


class Parameter(Protocol):
    """A parameter of a command, as typer's commands have them."""

    name: str | None
    opts: list[str]


class Command(Protocol):
    """A command, as typer makes them; a group also has `commands`."""

    params: list[Parameter]


def default_map(root: Any, start: Path) -> dict[str, Any]:
    """The defaults for typer: by command, then by parameter; empty where no project sets any.

    Raises:
        DefaultsError: the file cannot be read, or a key is no option that may be set there.
    """
    path = _nearest(start)
    table = _table(path) if path is not None else {}
    if path is None or not table:
        return {}
    commands: dict[str, Command] = dict(root.commands)
    every = {option: "" for command in commands.values() for option in _options(command)}
    shared = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    for key in shared:
        _check(path, key, key, every)
    for name in sorted(table.keys() - shared.keys() - commands.keys()):
        near = _near(name, commands)
        raise DefaultsError(f"{path}: [tool.adapter.{name}]: there is no command {name!r}{near}")
    found: dict[str, Any] = {}
    for name, command in commands.items():
        own = table.get(name, {})
        options = _options(command)
        for key in own:
            _check(path, f"{name}.{key}", key, options)
        values = {**{key: value for key, value in shared.items() if key in options}, **own}
        if values:
            found[name] = {options[key]: value for key, value in values.items()}
    return found


def _nearest(start: Path) -> Path | None:
    """The pyproject.toml of the project around a folder; the search ends with the repository."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        if (folder / ".git").exists():
            return None
    return None


def _table(path: Path) -> Mapping[str, Any]:
    data = path.read_bytes()
    if b"tool.adapter" not in data:
        return {}
    try:
        table = tomllib.loads(data.decode("utf-8")).get("tool", {}).get("adapter", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefaultsError(f"{path}: {error}") from error
    return table if isinstance(table, Mapping) else {}


def _options(command: Command) -> dict[str, str]:
    """The parameter of every long option of a command, by the option without dashes."""
    return {
        option.removeprefix("--"): parameter.name
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and parameter.name
    }


def _check(path: Path, place: str, key: str, options: Mapping[str, str]) -> None:
    if key in _NEVER:
        raise DefaultsError(f"{path}: tool.adapter.{place}: --{key} is asked for on the command line only")
    if key not in options:
        raise DefaultsError(f"{path}: tool.adapter.{place}: there is no option --{key}{_near(key, options)}")


def _near(key: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(key, known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""
