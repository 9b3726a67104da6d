"""inline: the name under which a model is registered, and free names for variables."""

from __future__ import annotations

import re
from pathlib import Path

from tree_sitter import Node

from adapter.inline.script import Script

_GENERIC_FILES = frozenset(
    {"main", "train", "training", "trainer", "run", "script", "model", "app", "notebook", "index", "demo"}
    | {"example", "test", "experiment", "program", "code", "fit", "before", "after", "untitled", "ml", "cli"}
)
_GENERIC_CLASSES = frozenset(
    {"net", "model", "network", "mymodel", "neuralnetwork", "neuralnet", "module"}
    | {
        "sequential",
        "pipeline",
        "make_pipeline",
        "train",
        "fit",
        "build_model",
        "get_model",
        "create_model",
        "clone",
        "linear",
        "lstm",
        "gru",
        "rnn",
    }
)
_GENERIC_FOLDERS = frozenset({"src", "scripts", "code", "examples", "example", "notebooks", "app", "lib", ""})


def registered_name(script: Script, title: str) -> str:
    """A name from the script's file, or from the model's class (`title`) or the folder."""
    stem = spelled(Path(script.source.path).stem)
    words = [word for word in stem.split("-") if word not in ("train", "training", "main", "run", "fit")]
    if words and "-".join(words) not in _GENERIC_FILES:
        return "-".join(words)
    if title and title.lower() not in _GENERIC_CLASSES:
        return spelled(title)
    folder = Path(script.source.path).parent.name
    if spelled(folder) not in _GENERIC_FOLDERS:
        return spelled(folder)
    return spelled(title) or "model"


def spelled(text: str) -> str:
    """A name as registries take it: lower case words with hyphens between them."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", apart.lower()).strip("-")


def free_name(script: Script, wanted: tuple[str, ...], at: Node) -> str:
    """The first name that means nothing at a place yet."""
    for name in wanted:
        if not script.names.is_bound(name, at) and not re.search(
            rb"\b" + name.encode() + rb"\s*=[^=]", script.source.data
        ):
            return name
    return f"{wanted[-1]}_"


def model_module(script: Script, name: str) -> str:
    """The file, or top package, beside the script from which the maker of a model comes; "" for none."""
    folder = Path(script.source.path).parent
    imported = {binding.local: binding.target.lstrip(".").split(".")[0] for binding in script.names.imports}
    for node in script.walk(script.root):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type != "assignment" or left is None or right is None or script.text(left) != name:
            continue
        for word in re.findall(r"(?<![\w.])[A-Za-z_]\w*", script.text(right)):
            top = imported.get(word, "")
            if top and (folder / f"{top}.py").is_file():
                return f"{top}.py"
            if top and (folder / top).is_dir():
                return top
    return ""
