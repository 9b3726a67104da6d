"""Converters: an argument that the target wants in another form, kept literal where it is a literal."""

from __future__ import annotations

import ast
import json
import keyword
import re
from collections.abc import Callable

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.source.text import parse_python
from adapter.translate.addresses import alias, bundle_name, latest, model_name, newest_name, version
from adapter.translate.arguments import Arg
from adapter.translate.numbers import exponential, logarithm
from adapter.translate.render import RenderError
from adapter.translate.shapes import Shape, shape_of, used_as_namespace

_BEFORE_LAST_SLASH = re.compile(r"^([fF]?[\"'])[^\"'{}]*/(?=[^\"'])")


def convert(name: str, argument: Arg, names: Names) -> str:
    """The argument's text in the form that the converter called `name` gives it."""
    if name == "mapping":
        return _mapping(argument, names)
    if name == "namespace":
        return _namespace(argument, names)
    if name == "flags" and argument.node is not None and argument.node.type == "identifier":
        empty = " or ()" if _may_be_none(argument.node, names) else ""
        return f'dict.fromkeys({argument.text}{empty}, "true")'
    if name == "plain":
        return _plain(argument, names)
    if name == "project_name":
        return _project_name(argument, names)
    if name in _BY_ADDRESS:
        return _BY_ADDRESS[name](_spelled_out(argument, names))
    return _BY_TEXT[name](argument.text)


def _spelled_out(argument: Arg, names: Names) -> str:
    """The text of an address; that of the string that a name stands for, where that is plain.

    Raises:
        RenderError: the name stands for one of several texts.
    """
    node = argument.node
    if node is None or node.type != "identifier":
        return argument.text
    bindings = [binding for binding in names.bindings_before(node) if binding.type != "none"]
    texts = [binding for binding in bindings if binding.type in ("string", "binary_operator")]
    if len(texts) == len(bindings) == 1:
        return (texts[0].text or b"").decode()
    if texts:
        raise RenderError(f"{argument.text} is one of several addresses here")
    return argument.text


def _project_name(argument: Arg, names: Names) -> str:
    """A project without the team or folder before its slash, which W&B does not take in a name."""
    text, node = argument.text, argument.node
    given = _expression(text)
    if _is_text(given) or isinstance(given, ast.JoinedStr):
        return _BEFORE_LAST_SLASH.sub(r"\1", text)
    bound = names.bindings_before(node) if node is not None and node.type == "identifier" else []
    if any(binding.type == "string" and b"/" in (binding.text or b"") for binding in bound):
        return f'{text}.rpartition("/")[2]'
    return text


def _mapping(argument: Arg, names: Names) -> str:
    node = argument.node
    if argument.text.startswith("vars("):
        return argument.text
    if node is not None and (shape_of(node, names) is Shape.NAMESPACE or _looks_like_namespace(node, names)):
        return f"vars({argument.text})"
    if node is not None and node.type == "identifier" and _may_be_none(node, names):
        return f"{argument.text} or {{}}"
    return argument.text


def _may_be_none(node: Node, names: Names) -> bool:
    """Whether a name is a parameter whose default is None, or is bound to None somewhere."""
    for binding in names.bindings(node):
        if binding.type == "none":
            return True
        value = binding.child_by_field_name("value") if binding.type.endswith("default_parameter") else None
        if value is not None and value.type == "none":
            return True
    return False


def _looks_like_namespace(node: Node, names: Names) -> bool:
    return shape_of(node, names) is Shape.OTHER and used_as_namespace(node, names)


def _namespace(argument: Arg, names: Names) -> str:
    text = argument.text
    tree = parse_python(text.encode())
    statement = tree.root_node.named_children[0] if tree.root_node.named_child_count == 1 else None
    node = statement.named_children[0] if statement is not None and statement.named_child_count == 1 else None
    if node is not None and node.type == "dictionary":
        spelled = _keywords_from_dictionary(text, node)
        if spelled is not None:
            return spelled
    if text.startswith("dict(") and node is not None and node.type == "call":
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        only_keywords = arguments is not None and all(
            child.type in ("keyword_argument", "comment") for child in arguments.named_children
        )
        if function is not None and function.text == b"dict" and only_keywords:
            return f"SimpleNamespace{text[len('dict') :]}"
    mapping = _mapping(argument, names)
    return f"SimpleNamespace(**({mapping}))" if " or " in mapping else f"SimpleNamespace(**{mapping})"


def _keywords_from_dictionary(text: str, node: Node) -> str | None:
    """`{"lr": 0.1}` as `SimpleNamespace(lr=0.1)`, its layout kept; None when a key is no identifier."""
    data = text.encode()
    pieces: list[bytes] = [b"SimpleNamespace("]
    position = node.start_byte + 1
    for pair in node.named_children:
        if pair.type == "comment":
            continue
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None or value is None or key.type != "string":
            return None
        name = ast.literal_eval((key.text or b"''").decode())
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            return None
        pieces += [
            data[position : key.start_byte],
            f"{name}=".encode(),
            data[value.start_byte : value.end_byte],
        ]
        position = pair.end_byte
    pieces += [data[position : node.end_byte - 1], b")"]
    return b"".join(pieces).decode()


def _flags(text: str) -> str:
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
    node = _expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value.strip("/"):
        return f"{text[0]}{text[1:-1].rpartition('/')[0]}{text[-1]}"
    return text


def _series(text: str) -> str:
    """The last part of a name."""
    node = _expression(text)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value.strip("/"):
        return f"{text[0]}{text[1:-1].rpartition('/')[2]}{text[-1]}"
    return text


def _literal_texts(text: str) -> list[str] | None:
    node = _expression(text)
    if isinstance(node, (ast.List, ast.Tuple)) and not any(
        isinstance(item, ast.Starred) for item in node.elts
    ):
        return [ast.get_source_segment(text, item) or "" for item in node.elts]
    return None


def _words(text: str) -> str:
    """A dict of tags as a tuple of words `key:value`."""
    node = _expression(text)
    if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
        words = [_word(text, key, value) for key, value in zip(node.keys, node.values, strict=True) if key]
        return f"({', '.join(words)})" if len(words) > 1 else f"({words[0]},)" if words else "()"
    return f'tuple(f"{{key}}:{{value}}" for key, value in {_atom(text)}.items())'


def _word(text: str, key: ast.expr, value: ast.expr) -> str:
    if isinstance(key, ast.Constant) and isinstance(value, ast.Constant):
        return json.dumps(f"{key.value!s}:{value.value!s}", ensure_ascii=False)
    name, content = _inside(text, key), _inside(text, value)
    if name is not None and content is not None:
        return f'f"{name}:{content}"'
    if isinstance(key, ast.Constant):
        return f"{json.dumps(f'{key.value!s}:', ensure_ascii=False)} + {_as_text(text, value)}"
    return f'{_as_text(text, key)} + ":" + {_as_text(text, value)}'


def _inside(text: str, node: ast.expr) -> str | None:
    """What stands for an expression in an f-string; None for what not every Python can read there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return json.dumps(node.value, ensure_ascii=False)[1:-1].replace("{", "{{").replace("}", "}}")
    segment = _segment(text, node)
    if "\n" in segment or "\\" in segment or segment.startswith("{") or {'"', "'"} <= set(segment):
        return None
    return "{" + segment.replace('"', "'") + "}"


def _as_text(text: str, node: ast.expr) -> str:
    return _segment(text, node) if _is_text(node) else f"str({_segment(text, node)})"


def _segment(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ast.unparse(node)


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def _atom(text: str) -> str:
    node = _expression(text)
    return text if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"({text})"


def _suffixed(suffix: str) -> Callable[[str], str]:
    def convert_text(text: str) -> str:
        node = _expression(text)
        single = isinstance(node, (ast.Constant, ast.JoinedStr)) and text.count("\n") == 0
        if single and text[-1] in "\"'" and not text.endswith(('"""', "'''")):
            return text if text[:-1].endswith(suffix) else f"{text[:-1]}{suffix}{text[-1]}"
        return f"{_atom(text)} + {json.dumps(suffix)}"

    return convert_text


def _artifact_name(text: str) -> str:
    node = _expression(text)
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
    node = _expression(text)
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
    node = _expression(text)
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
    node = _expression(text)
    if isinstance(node, ast.Constant):
        return text
    if isinstance(node, ast.List | ast.Tuple):
        words = [w.value for w in node.elts if isinstance(w, ast.Constant) and isinstance(w.value, str)]
        if len(words) == len(node.elts):
            return json.dumps(" ".join(words), ensure_ascii=False)
    return f'" ".join({text})'


def _plain(argument: Arg, names: Names) -> str:
    """Parameters as numbers, texts and truth values; what may be something else is given as a text."""
    text = _mapping(argument, names)
    given = _expression((argument.node.text or b"").decode()) if argument.node is not None else None
    if argument.node is None or (isinstance(given, ast.Dict) and all(map(_is_plain, given.values))):
        return text
    node = _expression(text)
    if not isinstance(node, ast.Dict):
        own = "name: value if isinstance(value, (bool, int, float, str)) else str(value)"
        return f"{{{own} for name, value in {_atom(text)}.items()}}"
    pairs = [
        f"{_segment(text, key)}: {_segment(text, value) if _is_plain(value) else _as_text(text, value)}"
        if key is not None
        else f"**{_segment(text, value)}"
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    return "{" + ", ".join(pairs) + "}"


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is surely a number, a text or a truth value."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("int", "float", "str", "bool", "len", "round")
    if isinstance(node, ast.UnaryOp):
        return _is_plain(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_plain(node.left) and _is_plain(node.right)
    return isinstance(node, (ast.Constant, ast.JoinedStr, ast.Compare))


def _below_runs(text: str) -> str:
    """A run's folder as its name: without the folder `runs`, in which writers put theirs by themselves."""
    return re.sub(r"^([fF]?[\"'])(?:\./)?runs/(?=[^\"'])", r"\1", text)


def _slashed(text: str) -> str:
    """The values of a dict as one text, joined by slashes."""
    node = _expression(text)
    if isinstance(node, ast.Dict):
        words = [value.value for value in node.values if isinstance(value, ast.Constant)]
        if len(words) == len(node.values):
            return json.dumps("/".join(map(str, words)), ensure_ascii=False)
        if len(node.values) == 1:
            return _as_text(text, node.values[0])
    return f'"/".join(map(str, {_atom(text)}.values()))'


def _text(text: str) -> str:
    node = _expression(text)
    return text if isinstance(node, (ast.JoinedStr,)) or _is_text(node) else f"str({text})"


def _bare(text: str) -> str:
    """The word in a literal text, to be used as a name."""
    node = _expression(text)
    word = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(word, str) or not word.isidentifier():
        raise RenderError(f"{text} is no plain word")
    return word


def _folder_address(text: str) -> str:
    """An address that ends with a slash."""
    node = _expression(text)
    if _is_text(node) and not text.endswith(('"""', "'''")):
        return text if text[:-1].endswith("/") else f"{text[:-1]}/{text[-1]}"
    return f'{_atom(text)}.rstrip("/") + "/"'


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


_BY_TEXT: dict[str, Callable[[str], str]] = {
    "flags": _flags,
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

_BY_ADDRESS: dict[str, Callable[[str], str]] = {
    "alias": alias,
    "bundle_name": bundle_name,
    "newest_name": newest_name,
    "version": version,
    "model_name": model_name,
    "latest": latest,
}
