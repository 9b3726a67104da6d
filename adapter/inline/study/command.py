"""inline: how a program is asked for trials: an option of its command line, or a constant of a notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.inline.landmarks.literals import called_text, parameters_of
from adapter.inline.landmarks.model import Landmarks, ParameterSet
from adapter.inline.landmarks.words import Source
from adapter.inline.script import Script
from adapter.inline.study.names import guard_of
from adapter.inline.study.shape import Form, Shape, ShapeError
from adapter.inline.study.tree import Tree
from adapter.inline.study.values import Setter
from adapter.inline.study.writing import Writing

_HELP = "tune with this many trials"
_SHOWING = re.compile(
    r"(^|\.)(print|pprint|pformat|vars|str|repr|format|log|info|debug|warning|dump|dumps|save|write|asdict|dict)$"
)


@dataclass(slots=True)
class Asked:
    """The expression of the number of trials, and lines that must stand before it is read.

    `guarded` says that a main guard has to be put around the choice. `behind` are lines that need the
    object of the parameters. `argument` is what the call that makes it must be given.
    """

    trials: str
    lines: list[str] = field(default_factory=list)
    guarded: bool = False
    behind: list[str] = field(default_factory=list)
    argument: str = ""

    def before(self, making: str) -> list[str]:
        """The lines before the choice, with the statement that makes the object of the parameters."""
        return [*self.lines, *([making] if making else []), *self.behind]


class Command:
    """Gives a program a way to be asked for trials."""

    def __init__(
        self, script: Script, landmarks: Landmarks, tree: Tree, writing: Writing, shape: Shape, setter: Setter
    ) -> None:
        self._script, self._landmarks, self._tree = script, landmarks, tree
        self._writing, self._shape, self._setter = writing, shape, setter

    def ask(self) -> Asked:
        """How the number of trials is known where the program decides.

        Raises:
            ShapeError: the command line is read in a way that cannot be extended.
        """
        if self._script.source.cells is not None:
            return self._constant()
        if self._shape.command is not None:
            return self._command_option(self._shape.command)
        parsers = [each for each in self._landmarks.parameter_sets if each.source is Source.ARGPARSE]
        for each in parsers:
            if self._is_known(each):
                return self._split_off(each) if each.path is not None else self._option(each)
        if parsers:
            place = parsers[0].made or self._shape.plain[0]
            raise ShapeError(place, "the command line is parsed where the choice of trials does not see it")
        self._refuse_other_command_lines()
        return self._own_parser()

    def _is_known(self, each: ParameterSet) -> bool:
        if self._is_hoisted(each):
            return True
        if each.ready is None or ("." in each.holder and each.path is None):
            return False
        base = self._shape.base
        return each.scope is None or (base is not None and each.scope.id == base.id)

    def _is_hoisted(self, each: ParameterSet) -> bool:
        """Whether a set is the one whose object first gets a name."""
        hoisted = self._shape.hoisted
        return hoisted is not None and hoisted.made == each.made and hoisted.holder == each.holder

    def _constant(self) -> Asked:
        sets = [
            each
            for each in self._landmarks.parameter_sets
            if each.scope is None and each.ready is not None and each.source in (Source.CONSTANT, Source.DICT)
        ]
        name = self._writing.free("TRIALS", "N_TRIALS")
        if sets and sets[0].ready is not None:
            self._tree.after(sets[0].ready, f"{name} = 0\n")
            return Asked(name)
        return Asked(name, [f"{name} = 0"])

    def _command_option(self, each: ParameterSet) -> Asked:
        function = each.scope
        assert function is not None
        name = self._writing.free("trials", "n_trials")
        if each.source is Source.CLICK:
            text = f'click.option("--{name.replace("_", "-")}", default=0, help="{_HELP.capitalize()}.")'
            decorators = function.parent.named_children if function.parent is not None else []
            option = [
                node
                for node in decorators
                if node.type == "decorator" and "option(" in self._script.text(node)
            ]
            prefix = self._script.text(option[-1]).lstrip("@").partition("option(")[0]
            text = text.replace("click.", prefix, 1).replace('"', self._writing.quote)
            self._tree.decorate(function, text)
            self._setter.hand_on(function, name)
            return Asked(name)
        annotated = any(
            node.child_by_field_name("type") is not None for _, node, _ in parameters_of(function)
        )
        self._setter.hand_on(function, f"{name}: int = 0" if annotated else f"{name}=0")
        return Asked(name)

    def _option(self, each: ParameterSet) -> Asked:
        """`add_argument` behind the last one of the same parser."""
        receiver = called_text(each.node).rpartition(".")[0]
        if not receiver.isidentifier() and not receiver.replace(".", "").isidentifier():
            raise ShapeError(each.node, "the parser of the command line has no name, so it can get no option")
        statement = self._script.statement(each.node)
        options = [
            call
            for call in self._script.calls
            if called_text(call) == f"{receiver}.add_argument" and call.start_byte < statement.start_byte
        ]
        text = f'{receiver}.add_argument("--trials", type=int, default=0, help="{_HELP}")\n'.replace(
            '"', self._writing.quote
        )
        last = self._script.statement(options[-1]) if options else None
        if last is not None and last.parent in (statement.parent, self._script.root):
            self._tree.after(last, text)
        else:
            self._tree.before(statement, text)
        return self._read(each)

    def _read(self, each: ParameterSet) -> Asked:
        """How the option is read; where the object is shown as a whole, the option leaves it first."""
        if not self._is_shown(each):
            return Asked(f"{each.holder}.trials")
        name = self._writing.free("trials", "n_trials")
        line = f'{name} = vars({each.holder}).pop("trials")'.replace('"', self._writing.quote)
        if self._is_hoisted(each) or each.ready is None:
            return Asked(name, behind=[line])
        self._tree.after(each.ready, f"{line}\n")
        return Asked(name)

    def _is_shown(self, each: ParameterSet) -> bool:
        """Whether code looks at the object as a whole: `print(args)`, `vars(args)`, `f"{args}"`."""
        for node in self._script.walk(self._script.root):
            if node.type != "identifier" or self._script.text(node) != each.holder or node.parent is None:
                continue
            around = node.parent
            if around.type in ("interpolation", "dictionary_splat"):
                return True
            call = around.parent if around.type == "argument_list" else None
            if call is not None and _SHOWING.search(called_text(call)):
                return True
        return f"{each.holder}.__dict__" in self._script.source.data.decode("utf-8")

    def _split_off(self, each: ParameterSet) -> Asked:
        """The option is taken from the command line before another module parses the rest."""
        made = each.made
        if made is None or made.type != "call":
            raise ShapeError(
                self._shape.plain[0], "the command line is parsed in another module when that is imported"
            )
        parser = self._writing.free("parser", "trials_parser")
        known = self._writing.free("known", "tuning")
        rest = self._writing.free("rest", "remaining")
        lines = [
            f"{parser} = argparse.ArgumentParser(add_help=False)",
            f'{parser}.add_argument("--trials", type=int, default=0, help="{_HELP}")',
            f"{known}, {rest} = {parser}.parse_known_args()",
        ]
        self._writing.imports.append("import argparse")
        takes = parameters_of(each.getter) if each.getter is not None else []
        arguments = made.child_by_field_name("arguments")
        given = bool(takes) and arguments is not None and not arguments.named_children
        if not given:
            lines.append(f"sys.argv[1:] = {rest}")
            self._writing.imports.append("import sys")
        lines = [line.replace('"', self._writing.quote) for line in lines]
        if self._is_hoisted(each):
            return Asked(f"{known}.trials", lines, argument=rest if given else "")
        if given:
            self._setter.pass_on(made, rest)
        assert each.ready is not None
        self._tree.before(each.ready, "\n".join(lines) + "\n")
        return Asked(f"{known}.trials")

    def _refuse_other_command_lines(self) -> None:
        for call in self._script.calls:
            name = called_text(call)
            if name.endswith(
                (".parse_args_into_dataclasses", "app.run", "hydra.main", "tyro.cli", "simple_parsing.parse")
            ):
                raise ShapeError(
                    call, f"the command line is read by {name}, which gets no further option here"
                )
        for node in self._script.walk(self._script.root):
            if node.type == "attribute" and self._script.text(node) == "sys.argv":
                raise ShapeError(node, "the script reads sys.argv itself, so it can get no option")
            if node.type == "decorator" and "hydra.main" in self._script.text(node):
                raise ShapeError(node, "the command line is read by hydra, which gets no further option here")

    def _own_parser(self) -> Asked:
        name = self._writing.free("parser", "trials_parser")
        options = self._writing.free("args", "options", "command_line")
        lines = [
            f"{name} = argparse.ArgumentParser()",
            f'{name}.add_argument("--trials", type=int, default=0, help="{_HELP}")'.replace(
                '"', self._writing.quote
            ),
            f"{options} = {name}.parse_args()",
        ]
        self._writing.imports.append("import argparse")
        guard = guard_of(self._script)
        last: Node = self._shape.plain[-1]
        guarded = guard is not None and guard.start_byte <= last.start_byte < guard.end_byte
        in_function = self._shape.base is not None and self._shape.form is not Form.REGION
        return Asked(f"{options}.trials", lines, not guarded and not in_function)
