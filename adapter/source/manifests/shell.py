"""source: shell lines that install packages, as notebooks hold them: `!pip install -q wandb torch`."""

from __future__ import annotations

import re

from adapter.source.manifests.request import Request
from adapter.source.manifests.requirement import Requirement, parse_requirement

_WORD = re.compile(r"""(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\;&|])+|&&|\|\||[;&|]""", re.DOTALL)
_INSTALLERS = {
    "pip": {"install", "download"},
    "conda": {"install", "create", "update", "upgrade"},
    "uv": {"add"},
    "poetry": {"add"},
    "pdm": {"add"},
    "pipenv": {"install"},
}
_SAME = {"pip3": "pip", "mamba": "conda", "micromamba": "conda"}
# Options whose next word is a value and so no package.
_VALUED = frozenset(
    {"-r", "--requirement", "-c", "--constraint", "-i", "--index-url", "--extra-index-url", "-f"}
    | {"--find-links", "-t", "--target", "--prefix", "--root", "--channel", "-n", "--name", "-p", "--python"}
    | {"--platform", "--python-version", "--only-binary", "--no-binary", "--progress-bar", "--log", "--proxy"}
    | {
        "--group",
        "-G",
        "--cache-dir",
        "--src",
        "--trusted-host",
        "--timeout",
        "--retries",
        "--file",
        "--solver",
    }
)
_REDIRECTS = re.compile(r"\d*>>?|<")
_PIN_OF_CONDA = re.compile(r"=[^=\s]\S*")
_SPECIAL = re.compile(r"[<>!~*\[\]]")


def rewrite_install_command(
    text: str, old: str, new: str, version: str = "", keep: bool = False
) -> str | None:
    """A shell line with the distribution `new` in the place of `old`, or beside it with `keep`.

    Knows pip (also `python -m pip`, `uv pip`, `!`, `%`), conda, mamba, uv, poetry, pdm and pipenv; all
    but the words of the packages stays. None where the line does not install `old`, or where nothing is
    left to change.
    """
    request = Request(old, new, version, keep)
    pieces: list[tuple[int, int, str]] = []
    for command in _commands(text):
        packages = _packages(command)
        pieces += _replacements(text, packages, request)
    if not pieces:
        return None
    for start, end, piece in reversed(pieces):
        text = text[:start] + piece + text[end:]
    return text


def _commands(text: str) -> list[list[re.Match[str]]]:
    """The words of each simple command of a line."""
    commands: list[list[re.Match[str]]] = [[]]
    for word in _WORD.finditer(text):
        if word[0] in ("&&", "||", ";", "&", "|"):
            commands.append([])
        elif word[0].startswith("#"):
            break
        else:
            commands[-1].append(word)
    return commands


def _packages(words: list[re.Match[str]]) -> list[re.Match[str]]:
    """The words of a command that name packages to install; none if it does something else."""
    names = [word[0].lstrip("!%").rpartition("/")[2] for word in words]
    for index, name in enumerate(names):
        verbs = _INSTALLERS.get(_SAME.get(name, name), set())
        verb = next((i for i in range(index + 1, len(names)) if not names[i].startswith("-")), None)
        if verb is not None and names[verb] in verbs:
            return _arguments(words[verb + 1 :], conda=_SAME.get(name, name) == "conda")
    return []


def _arguments(words: list[re.Match[str]], conda: bool) -> list[re.Match[str]]:
    """The words that are neither options nor their values."""
    packages, skip = [], False
    for word in words:
        text = word[0]
        if skip:
            skip = False
        elif text.startswith("-") or _REDIRECTS.fullmatch(text):
            # To conda `-c` gives a channel, to pip a file: a value for both.
            skip = text in _VALUED or bool(_REDIRECTS.fullmatch(text))
        elif not (conda and text == "\\"):
            packages.append(word)
    return packages


def _replacements(text: str, words: list[re.Match[str]], request: Request) -> list[tuple[int, int, str]]:
    """What to splice: the first word for the old distribution gives way, others for it go."""
    read = [(word, requirement) for word in words if (requirement := _requirement(word[0])) is not None]
    listed = any(request.is_new(requirement.name) for _, requirement in read)
    pieces = []
    for word, requirement in read:
        if not request.is_old(requirement.name):
            continue
        quote = word[0][0] if word[0][0] in "\"'" else ""
        if not quote and _SPECIAL.search(request.version):
            quote = '"'
        new = f"{quote}{request.requirement}{requirement.tail}{quote}"
        if request.keep:
            if not listed:
                pieces.append((word.end(), word.end(), f" {new}"))
        elif listed:
            # The white space before the word goes with it.
            start = len(text[: word.start()].rstrip(" \t"))
            pieces.append((start, word.end(), ""))
        else:
            pieces.append((word.start(), word.end(), new))
        listed = True
    return pieces


def _requirement(word: str) -> Requirement | None:
    """The package that a word names, its quotes taken off; conda's `wandb=0.15` is one too."""
    plain = word[1:-1] if word[0] in "\"'" and word[-1] == word[0] else word
    requirement = parse_requirement(plain.rpartition("::")[2])
    if requirement is not None and requirement.odd and not _PIN_OF_CONDA.fullmatch(requirement.odd):
        # Not a requirement that this reads, such as `wandb{version}`: better left alone.
        return None
    return requirement
