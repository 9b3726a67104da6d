"""inline: which shown values are measurements, and whether their expression may stand in the code again."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.labels import is_counter, is_metric, is_part, words_of
from adapter.inline.script import Script

_FLOAT_SPEC = re.compile(r"[eEfFgG%]$|^\.\d+$|\.\d+$")
_WHOLE_SPEC = re.compile(r"[dinuxXob]$")
_TEXT_SPEC = re.compile(r"s$|^[<>^]\d*$")
_PURE_METHODS = frozenset(
    {
        "item",
        "mean",
        "sum",
        "max",
        "min",
        "avg",
        "std",
        "get_last_lr",
        "cpu",
        "detach",
        "numpy",
        "average",
        "median",
        "float",
        "var",
        "norm",
        "get",
        "tolist",
    }
)
_PURE_FUNCTIONS = re.compile(
    r"^(len|sum|max|min|abs|float|int|round|((np|numpy|math|torch|statistics|jnp)\.)(mean|nanmean|sum|sqrt|exp|log|"
    r"log10|log2|std|max|min|median|fmean|average|var|abs|pow))$"
)
_NOT_NUMBERS = re.compile(
    r"(classification_report|confusion_matrix|best_params_?|get_params|cross_val_score|cross_validate|predict\w*|"
    r"state_dict|summary|named_parameters|parameters|feature_importances_?|coef_|device|shape|dtype|__name__|"
    r"format|strftime|join|strip|now|isoformat|ctime|asctime|keys|values|items|split)$"
)
_MODULES = frozenset({"np", "numpy", "math", "torch", "statistics", "tf", "jnp", "K"})
_COUNTING = frozenset({"len", "range"})


def unwrapped(script: Script, node: Node) -> Node:
    """A value without what only rounds it or makes a text of it: `round(loss, 4)` gives `loss`."""
    while True:
        if node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
            continue
        if node.type != "call":
            return node
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        name = script.text(function) if function is not None else ""
        given = (
            arguments.named_children if arguments is not None and arguments.type == "argument_list" else []
        )
        if name not in ("round", "str", "repr", "np.round") or not given:
            return node
        node = given[0]


def is_pure(script: Script, node: Node) -> bool:
    """Whether an expression may be evaluated again: nothing happens by it, and it costs next to nothing."""
    if node.type in ("identifier", "integer", "float", "true", "false", "string", "none"):
        return True
    if node.type in ("attribute", "parenthesized_expression", "unary_operator", "binary_operator", "slice"):
        return all(is_pure(script, child) for child in node.named_children)
    if node.type in (
        "subscript",
        "conditional_expression",
        "comparison_operator",
        "boolean_operator",
        "tuple",
        "list",
    ):
        return all(is_pure(script, child) for child in node.named_children)
    if node.type != "call":
        return False
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or arguments.type != "argument_list":
        return False
    given = [child for child in arguments.named_children if child.type != "comment"]
    if not all(is_pure(script, _value_of(child)) for child in given):
        return False
    if function.type == "attribute" and function.named_children:
        member = script.text(function.named_children[-1])
        if member in _PURE_METHODS and is_pure(script, function.named_children[0]):
            return True
    return _PURE_FUNCTIONS.match(script.text(function)) is not None


def _value_of(node: Node) -> Node:
    value = node.child_by_field_name("value") if node.type == "keyword_argument" else None
    return value if value is not None else node


def own_name(script: Script, node: Node) -> str:
    """What a value is called by its own expression: `loss.item()` is "loss", `r["acc"]` is "acc"."""
    if node.type == "identifier":
        return script.text(node)
    if node.type == "attribute":
        base, member = node.named_children[0], script.text(node.named_children[-1])
        return own_name(script, base) if member in ("avg", "val", "value", "data", "sum") else member
    if node.type == "subscript":
        key = node.child_by_field_name("subscript")
        if key is not None and key.type == "string":
            return script.text(key).strip("\"'")
        held = node.child_by_field_name("value")
        return own_name(script, held) if held is not None else ""
    if node.type == "call":
        function = node.child_by_field_name("function")
        if function is None:
            return ""
        if function.type == "attribute":
            member = script.text(function.named_children[-1])
            arguments = node.child_by_field_name("arguments")
            if script.text(function.named_children[0]) in _MODULES and arguments is not None:
                return own_name(script, arguments.named_children[0]) if arguments.named_children else ""
            if member in _PURE_METHODS or not is_metric(member):
                return own_name(script, function.named_children[0])
            return member
        return script.text(function)
    if node.type in ("binary_operator", "parenthesized_expression", "unary_operator"):
        names = [own_name(script, child) for child in node.named_children]
        return next((name for name in names if is_metric(name)), next((n for n in names if n), ""))
    return ""


def is_measured(script: Script, node: Node, spec: str, label: str, counters: frozenset[str]) -> bool:
    """Whether a shown value is a number that was measured, and no counter, setting, text or array.

    `counters` are the names that the loops around it count with.
    """
    text = script.text(node)
    if node.type in (
        "string",
        "integer",
        "float",
        "concatenated_string",
        "lambda",
        "list",
        "dictionary",
        "true",
    ):
        return False
    named = is_metric(label) or is_part(label) if label else is_metric(own_name(script, node))
    if text in counters or _only_counts(script, node, counters):
        return False
    if _is_described(script, node, label, named):
        return False
    if _FLOAT_SPEC.search(spec) and not _WHOLE_SPEC.search(spec):
        return True
    if not named or _TEXT_SPEC.search(spec):
        return False
    return _is_scalar(script, node)


def _only_counts(script: Script, node: Node, counters: frozenset[str]) -> bool:
    """Whether every name in an expression is a counter or counts something: `100. * i / len(loader)`."""
    names: list[bool] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "call":
            function = current.child_by_field_name("function")
            if function is not None and script.text(function) in _COUNTING:
                names.append(True)
                continue
        if current.type == "attribute":
            names.append(
                is_counter(script.text(current)) and not is_metric(script.text(current).rpartition(".")[2])
            )
            continue
        if current.type == "identifier":
            name = script.text(current)
            names.append(name in counters or (is_counter(name) and not is_metric(name)))
            continue
        stack.extend(current.named_children)
    return bool(names) and all(names) and any(name in script.text(node) for name in (*counters, "len("))


def _is_described(script: Script, node: Node, label: str, named: bool) -> bool:
    """Whether a value is a setting, a size or a name."""
    text = script.text(node)
    if label and is_counter(label) and not named:
        return True
    last = words_of(label)[-1:] if label else []
    if last and last[0] in ("epoch", "epochs", "fold", "iteration", "batch", "episode", "seed", "device"):
        return "/" not in label
    if _NOT_NUMBERS.search(re.sub(r"\(.*\)$", "", text, flags=re.DOTALL)):
        return True
    if re.match(r"^(self\.)?(args|opt|opts|cfg|config|conf|FLAGS|hparams|params|hp|settings)\b[.\[]", text):
        return True
    return bool(re.fullmatch(r"[A-Z][A-Z0-9_]+", text)) or text.startswith("len(")


def _is_scalar(script: Script, node: Node) -> bool:
    """Whether an expression that is shown without a number's format is surely one number."""
    if node.type in ("binary_operator", "unary_operator"):
        return all(
            _is_scalar(script, child) or child.type in ("integer", "float") for child in node.named_children
        )
    if node.type == "parenthesized_expression":
        return _is_scalar(script, node.named_children[0])
    if node.type == "call":
        function = node.child_by_field_name("function")
        name = script.text(function).rpartition(".")[2] if function is not None else ""
        if name in (
            "item",
            "mean",
            "sum",
            "float",
            "std",
            "score",
            "time",
            "perf_counter",
            "len",
            "min",
            "max",
            "sqrt",
        ):
            return "axis" not in script.text(node)
        return (
            is_metric(name)
            and "average=None" not in script.text(node)
            and "multioutput" not in script.text(node)
        )
    name = own_name(script, node)
    if name.endswith(
        ("losses", "scores", "accuracies", "errors", "accs", "_list", "rewards", "history", "metrics")
    ):
        return False
    if node.type == "identifier":
        bindings = script.names.bindings(node)
        return not any(_is_collection(script, binding) for binding in bindings)
    return node.type in ("attribute", "subscript")


def _is_collection(script: Script, binding: Node) -> bool:
    if binding.type in (
        "list",
        "dictionary",
        "tuple",
        "set",
        "string",
        "list_comprehension",
        "concatenated_string",
        "dictionary_comprehension",
        "generator_expression",
        "lambda",
    ):
        return True
    if binding.type == "call":
        function = binding.child_by_field_name("function")
        name = script.text(function) if function is not None else ""
        return (
            _NOT_NUMBERS.search(name) is not None
            or re.search(r"Loss$|zeros$|array$|empty$|Meter$", name) is not None
        )
    return False
