"""Shapes: what an expression plainly is, as far as the text of its file shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.names.values import ValueKind


class Shape(StrEnum):
    """What an expression plainly is."""

    DICT = "dict"
    LIST = "list"
    TEXT = "text"
    NUMBER = "number"
    TRUE = "true"
    FALSE = "false"
    NONE = "none"
    FIGURE = "figure"
    PLOTLY = "plotly"
    NAMESPACE = "namespace"
    FRAME = "frame"
    GLOB = "glob"
    OTHER = "other"


_LITERALS = {
    "dictionary": Shape.DICT,
    "dictionary_comprehension": Shape.DICT,
    "list": Shape.LIST,
    "tuple": Shape.LIST,
    "set": Shape.LIST,
    "list_comprehension": Shape.LIST,
    "concatenated_string": Shape.TEXT,
    "integer": Shape.NUMBER,
    "float": Shape.NUMBER,
    "true": Shape.TRUE,
    "false": Shape.FALSE,
    "none": Shape.NONE,
}
_CALLS = (
    (
        re.compile(
            r"(^|\.)(parse_args|parse_known_args|SimpleNamespace|Namespace|parse_args_into_dataclasses)$"
        ),
        Shape.NAMESPACE,
    ),
    (
        re.compile(
            r"^((px|ff|plotly\.express|plotly\.figure_factory)\.\w+|(go|graph_objects|graph_objs)\.Figure)$"
        ),
        Shape.PLOTLY,
    ),
    (re.compile(r"(^|\.)(figure|subplots|gcf|get_figure|clustermap|Figure)$"), Shape.FIGURE),
    (re.compile(r"^(dict|vars|.*\.(to_container|to_dict|asdict)|asdict)$"), Shape.DICT),
    (re.compile(r"(^|\.)(DataFrame|read_csv|read_parquet|to_frame)$"), Shape.FRAME),
    (re.compile(r"^(pathlib\.)?Path$"), Shape.TEXT),
    (re.compile(r"^(str|repr|.*\.(join|format|to_html|to_json))$"), Shape.TEXT),
)
# What people call them, where nothing else is known.
_BY_NAME = (
    (re.compile(r"^(fig|figure|.*_fig)$"), Shape.FIGURE),
    (re.compile(r"^(df|dataframe|.*_df|.*_dataframe)$"), Shape.FRAME),
    (re.compile(r"^(.*_)?(path|dir|directory|folder|filename|url)$"), Shape.TEXT),
)
_MODULES_THAT_DRAW = frozenset({"plt", "pyplot"})


def shape_of(node: Node | None, names: Names, depth: int = 0) -> Shape:
    """The shape of an expression; a name has the shape that all its bindings share."""
    if node is None or depth > 4:
        return Shape.OTHER
    if node.type == "string":
        return Shape.GLOB if depth == 0 and re.search(rb"[*?]", node.text or b"") else Shape.TEXT
    if node.type in _LITERALS:
        return _LITERALS[node.type]
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return shape_of(node.named_children[0], names, depth)
    if node.type == "call":
        return _shape_of_call(node)
    if node.type == "attribute":
        member = node.child_by_field_name("attribute")
        return (
            Shape.FIGURE
            if member is not None and member.text in (b"figure", b"fig", b"figure_")
            else Shape.OTHER
        )
    if node.type == "identifier":
        return _shape_of_name(node, names, depth)
    return Shape.OTHER


def _shape_of_call(node: Node) -> Shape:
    function = node.child_by_field_name("function")
    text = (function.text or b"").decode() if function is not None else ""
    return next((shape for pattern, shape in _CALLS if pattern.search(text)), Shape.OTHER)


def _shape_of_name(node: Node, names: Names, depth: int) -> Shape:
    name = (node.text or b"").decode()
    if name in _MODULES_THAT_DRAW:
        return Shape.FIGURE
    shapes = {_bound_shape(binding, node, names, depth) for binding in names.bindings_before(node)} - {
        Shape.NONE
    }
    if not shapes or shapes == {Shape.OTHER}:
        return next((shape for words, shape in _BY_NAME if words.search(name)), Shape.OTHER)
    return shapes.pop() if len(shapes) == 1 else Shape.OTHER


def _bound_shape(binding: Node, node: Node, names: Names, depth: int) -> Shape:
    if binding.type == "call":
        # `fig, ax = plt.subplots()`: only the first name is the figure
        left = binding.parent.child_by_field_name("left") if binding.parent is not None else None
        if left is not None and left.type in ("pattern_list", "tuple_pattern"):
            first = left.named_children[0]
            if _shape_of_call(binding) in (Shape.FIGURE, Shape.NAMESPACE):
                return _shape_of_call(binding) if first.text == node.text else Shape.OTHER
            return Shape.OTHER
    return shape_of(binding, names, depth + 1)


def used_as_namespace(node: Node, names: Names) -> bool:
    """Whether a name is read by attributes (`args.lr`) and never like a dict in its scope."""
    if node.type != "identifier":
        return False
    attributes = False
    for place in names.occurrences((node.text or b"").decode(), names.scope_of(node)):
        parent = place.parent
        if parent is None:
            continue
        if parent.type == "subscript" and parent.child_by_field_name("value") == place:
            return False
        if parent.type == "attribute" and parent.child_by_field_name("object") == place:
            member = parent.child_by_field_name("attribute")
            if member is not None and member.text in (
                b"items",
                b"keys",
                b"get",
                b"values",
                b"update",
                b"copy",
            ):
                return False
            attributes = True
    return attributes


def is_stable(node: Node) -> bool:
    """Whether an expression may be evaluated again: literals, names, attributes, texts and lists of these."""
    if node.type in (
        "integer",
        "float",
        "true",
        "false",
        "identifier",
        "string_start",
        "string_end",
        "string_content",
    ):
        return True
    if node.type == "attribute":
        return all(
            child.type in ("identifier", "attribute") and is_stable(child) for child in node.named_children
        )
    if node.type in (
        "string",
        "concatenated_string",
        "interpolation",
        "parenthesized_expression",
        "binary_operator",
        "list",
        "tuple",
    ):
        return all(is_stable(child) for child in node.named_children)
    return node.type in ("format_specifier", "type_conversion")


def needs_no_context(node: Node, names: Names) -> bool:
    """Whether a class, or that of an object, works without what a library would load for it.

    It is a class of this file without a `load_context`, whose `predict(self, context, data)` lets the
    context be.
    """
    if node.type != "class_definition":
        found = names.class_of(node)
        if found is None:
            return False
        node = found
    body = node.child_by_field_name("body")
    methods = {_name_of(each): each for each in (body.named_children if body is not None else ())}
    predict = methods.get(b"predict")
    parameters = predict.child_by_field_name("parameters") if predict is not None else None
    listed = [each for each in parameters.named_children if each.type != "comment"] if parameters else []
    if b"load_context" in methods or predict is None or len(listed) != 3 or listed[1].type != "identifier":
        return False
    spelled = re.findall(rb"(?<!\w)" + re.escape(listed[1].text or b"") + rb"(?!\w)", predict.text or b"")
    return len(spelled) == 1


def _name_of(node: Node) -> bytes:
    name = node.child_by_field_name("name") if node.type == "function_definition" else None
    return (name.text or b"") if name is not None else b""


def fits_type(wanted: str, node: Node, names: Names) -> bool:
    """Whether an expression is surely an object of one of the library's types, such as `Table`."""
    value = names.value(node)
    return value.kind is ValueKind.INSTANCE and value.name.rpartition(".")[2] == wanted


def fits_name(wanted: str, node: Node) -> bool:
    """Whether an expression is the name of a file of a kind: `plain_file` lies in no folder.

    What a key took out of something (`run["sys/id"]`) has its key as its name.
    """
    if node.type == "subscript" and wanted in _OF_KEYS:
        node = node.child_by_field_name("subscript") or node
    text = (node.text or b"").decode().strip("\"'")
    if node.type != "string" or text.startswith(('f"', "f'")):
        return False
    return _FILE_NAMES[wanted](text)


_PARAMETERS = re.compile(
    r"(?:hyper_?)?(?:param(?:eter)?s?|hparams|args|arguments|config(?:uration)?|settings)", re.IGNORECASE
)
_METRIC = re.compile(
    r"(?:^|[_\-\s])(?:loss|acc|accuracy|error|mse|rmse|mae|mape|r2|f1|auc|roc|precision|recall|score|bleu|iou|dice"
    r"|psnr|ssim|perplexity|reward)(?:$|[_\-\s])",
    re.IGNORECASE,
)
_METRICS = re.compile(r"(?:\w+_)?(?:metrics|scores|results|losses)", re.IGNORECASE)
_FILE_NAMES: dict[str, Callable[[str], bool]] = {
    "plain_file": lambda text: "/" not in text,
    "file_name": lambda text: bool(re.search(r"\.[A-Za-z]\w{0,5}$", text)),
    "html_file": lambda text: text.endswith((".html", ".htm")),
    "yaml_file": lambda text: text.endswith((".yaml", ".yml")),
    "parameters_name": lambda text: bool(_PARAMETERS.fullmatch(text.rpartition("/")[2])),
    "metric_name": lambda text: bool(_METRIC.search(text.rpartition("/")[2])),
    "stores_models": lambda text: text.lower() in ("true", "1", "end", "checkpoint"),
    "run_name_tag": lambda text: text == "mlflow.runName",
    "metrics_name": lambda text: bool(_METRICS.fullmatch(text.rpartition("/")[2])),
    "run_id_name": lambda text: text == "sys/id",
    "run_name_name": lambda text: text == "sys/name",
    "tags_name": lambda text: text == "sys/tags",
}
FILE_NAMES = frozenset(_FILE_NAMES)
_OF_KEYS = frozenset({"run_id_name", "run_name_name", "tags_name", "parameters_name", "metric_name"})
