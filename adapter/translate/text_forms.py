"""Text forms: converters that look at an argument's text alone; a literal stays a literal."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable

from adapter.translate.numbers import exponential, logarithm
from adapter.translate.render import RenderError


def flags(text: str) -> str:
    """A list of words as a dict that says "true" of each."""
    items = _literal_texts(text)
    if items is not None:
        return "{" + ", ".join(f'{item}: "true"' for item in items) + "}"
    return f'dict.fromkeys({text}, "true")'


def _tuple(text: str) -> str:
    """A list of words as a tuple."""
    items = _literal_texts(text)
    if items is None:
        return f"tuple({text})"
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _title(text: str) -> str:
    """What a name says before its last part; the name itself where it has one part."""
    node = expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value.strip("/"):
        return f"{text[0]}{text[1:-1].rpartition('/')[0]}{text[-1]}"
    return text


def _series(text: str) -> str:
    """The last part of a name."""
    node = expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value.strip("/"):
        return f"{text[0]}{text[1:-1].rpartition('/')[2]}{text[-1]}"
    return text


def _literal_texts(text: str) -> list[str] | None:
    node = expression(text)
    if isinstance(node, (ast.List, ast.Tuple)) and not any(
        isinstance(item, ast.Starred) for item in node.elts
    ):
        return [ast.get_source_segment(text, item) or "" for item in node.elts]
    return None


def _words(text: str) -> str:
    """A dict of tags as a tuple of words `key:value`."""
    node = expression(text)
    if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
        words = [_word(text, key, value) for key, value in zip(node.keys, node.values, strict=True) if key]
        return f"({', '.join(words)})" if len(words) > 1 else f"({words[0]},)" if words else "()"
    return f'tuple(f"{{key}}:{{value}}" for key, value in {atom(text)}.items())'


def _word(text: str, key: ast.expr, value: ast.expr) -> str:
    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
        return json.dumps(f"{key.value!s}:{value.value!s}", ensure_ascii=False)
    name, content = _inside(text, key), _inside(text, value)
    if name is not None and content is not None:
        return f'f"{name}:{content}"'
    if isinstance(key, ast.Constant):
        return f"{json.dumps(f'{key.value!s}:', ensure_ascii=False)} + {as_text(text, value)}"
    return f'{as_text(text, key)} + ":" + {as_text(text, value)}'


def _inside(text: str, node: ast.expr) -> str | None:
    """What stands for an expression in an f-string; None for what not every Python can read there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return json.dumps(node.value, ensure_ascii=False)[1:-1].replace("{", "{{").replace("}", "}}")
    found = segment(text, node)
    if "\n" in found or "\\" in found or found.startswith("{") or {'"', "'"} <= set(found):
        return None
    return "{" + found.replace('"', "'") + "}"


def as_text(text: str, node: ast.expr) -> str:
    """A part of a text as an expression that gives a text."""
    return segment(text, node) if is_text(node) else f"str({segment(text, node)})"


def segment(text: str, node: ast.expr) -> str:
    """The part of a text that an expression was read from."""
    return ast.get_source_segment(text, node) or ast.unparse(node)


def expression(text: str) -> ast.expr | None:
    """The expression that a text is; None where it is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def atom(text: str) -> str:
    """A text that an attribute, an index or an operator may follow: in brackets where it needs them."""
    node = expression(text)
    return text if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"


def _suffixed(suffix: str) -> Callable[[str], str]:
    def convert_text(text: str) -> str:
        node = expression(text)
        single = isinstance(node, (ast.Constant, ast.JoinedStr)) and text.count("\n") == 0
        if single and text[-1] in "\"'" and not text.endswith(('"""', "'''")):
            return text if text[:-1].endswith(suffix) else f"{text[:-1]}{suffix}{text[-1]}"
        return f"{atom(text)} + {json.dumps(suffix)}"

    return convert_text


def _artifact_name(text: str) -> str:
    node = expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (
            f"{text[0]}{re.sub(r'[^0-9A-Za-z_.-]', '-', node.value)}{text[-1]}" if text[0] in "\"'" else text
        )
    return text


def _file_of(suffix: str) -> Callable[[str], str]:
    """The file, in the working folder, that a model of this name is written to."""
    with_suffix = _suffixed(suffix)
    return lambda text: with_suffix(_artifact_name(text))


def _stem(text: str) -> str:
    """A file's name without its suffix."""
    node = expression(text)
    if isinstance(node, (ast.Constant, ast.JoinedStr)) and text[-1] in "\"'" and "." in text:
        return text.rpartition(".")[0] + text[-1]
    return text


def _status(text: str) -> str:
    """The exit code of a run as the word for its end."""
    plain = {
        "0": '"FINISHED"',
        "None": '"FINISHED"',
        "False": '"FINISHED"',
        "1": '"FAILED"',
        "True": '"FAILED"',
    }
    return plain.get(text) or f'"FAILED" if {text} else "FINISHED"'


def _exit_code(text: str) -> str:
    """The word for a run's end as an exit code."""
    node = expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "0" if node.value == "FINISHED" else "1"
    return f'0 if {text} == "FINISHED" else 1'


def _owner(text: str) -> str:
    """What stands before the last dot."""
    return text.rpartition(".")[0]


def _figure(text: str) -> str:
    """A figure; the module that draws stands for its current figure."""
    return f"{text}.gcf()" if text.rpartition(".")[2] in ("plt", "pyplot") else text


def _joined(text: str) -> str:
    """Words as one text."""
    node = expression(text)
    if isinstance(node, ast.Constant):
        return text
    if isinstance(node, ast.List | ast.Tuple):
        words = [w.value for w in node.elts if isinstance(w, ast.Constant) and isinstance(w.value, str)]
        if len(words) == len(node.elts):
            return json.dumps(" ".join(words), ensure_ascii=False)
    return f'" ".join({text})'


def _below_runs(text: str) -> str:
    """A run's folder as its name: without the folder `runs`, in which writers put theirs by themselves."""
    return re.sub(r"^([fF]?[\"'])(?:\./)?runs/(?=[^\"'])", r"\1", text)


def _slashed(text: str) -> str:
    """The values of a dict as one text, joined by slashes."""
    node = expression(text)
    if isinstance(node, ast.Dict):
        words = [value.value for value in node.values if isinstance(value, ast.Constant)]
        if len(words) == len(node.values):
            return json.dumps("/".join(map(str, words)), ensure_ascii=False)
        if len(node.values) == 1:
            return as_text(text, node.values[0])
    return f'"/".join(map(str, {atom(text)}.values()))'


def _text(text: str) -> str:
    node = expression(text)
    return text if isinstance(node, (ast.JoinedStr,)) or is_text(node) else f"str({text})"


def _bare(text: str) -> str:
    """The word in a literal text, to be used as a name."""
    node = expression(text)
    word = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(word, str) or not word.isidentifier():
        raise RenderError(f"{text} is no plain word")
    return word


def _folder_address(text: str) -> str:
    """An address that ends with a slash."""
    node = expression(text)
    if is_text(node) and not text.endswith(('"""', "'''")):
        return text if text[:-1].endswith("/") else f"{text[:-1]}/{text[-1]}"
    return f'{atom(text)}.rstrip("/") + "/"'


def is_text(node: ast.expr | None) -> bool:
    """Whether an expression is a literal text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


BY_TEXT: dict[str, Callable[[str], str]] = {
    "tuple": _tuple,
    "title": _title,
    "series": _series,
    "words": _words,
    "png": _suffixed(".png"),
    "html": _suffixed(".html"),
    "json_file": _suffixed(".json"),
    "artifact_name": _artifact_name,
    "text": _text,
    "stem": _stem,
    "status": _status,
    "exit_code": _exit_code,
    "figure": _figure,
    "joblib_file": _file_of(".joblib"),
    "torch_file": _file_of(".pth"),
    "keras_file": _file_of(".keras"),
    "onnx_file": _file_of(".onnx"),
    "pickle_file": _file_of(".pkl"),
    "wav": _file_of(".wav"),
    "joined": _joined,
    "bare": _bare,
    "folder_address": _folder_address,
    "exponential": exponential,
    "logarithm": logarithm,
    "owner": _owner,
    "slashed": _slashed,
    "csv": _suffixed(".csv"),
    "below_runs": _below_runs,
}
