"""source: files that set up and start a pipeline, told by their names: shell, Docker, CI, MLproject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_NAMES = frozenset(
    """
    Dockerfile Containerfile Makefile MLproject Procfile .env dvc.yaml compose.yaml compose.yml
    docker-compose.yml docker-compose.yaml .gitlab-ci.yml azure-pipelines.yml bitbucket-pipelines.yml
    """.split()
)
_SUFFIXES = (".sh", ".bash", ".zsh", ".env", ".dockerfile", ".Dockerfile", ".mk")
_CI_FOLDERS = frozenset({"workflows", "actions", ".circleci", ".buildkite"})
_YAML = (".yml", ".yaml")


def is_command_file(path: Path) -> bool:
    """Whether a file installs packages, sets environment variables or runs commands, as its name tells."""
    name = path.name
    if name in _NAMES or name.endswith(_SUFFIXES) or name.startswith("Dockerfile."):
        return True
    return name.endswith(_YAML) and not _CI_FOLDERS.isdisjoint(path.parts[-3:-1])


def is_yaml(path: Path) -> bool:
    """Whether variables are set as `NAME: value` there."""
    return path.name.endswith(_YAML) or path.name == "MLproject"


def command_lines(text: str) -> Iterator[tuple[int, str]]:
    """Offset (in characters) and text of each line that is no comment; a line that goes on below is one."""
    for match in re.finditer(r"(?:[^\n\\]|\\\r?\n|\\)+", text):
        if not match[0].lstrip().startswith("#"):
            yield match.start(), match[0].rstrip("\r")
