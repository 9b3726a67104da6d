"""inline: one step of optimisation, written at one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tree_sitter import Node

from adapter.inline.editing import Editor
from adapter.inline.landmarks.optimisers import bound_name
from adapter.inline.optimise.feed import Feed, UnsaidError
from adapter.inline.optimise.feeding import Feeder
from adapter.inline.optimise.finetuning import FineTuning
from adapter.inline.optimise.measuring import Measurement, find_measurement
from adapter.inline.optimise.saving import path_beside
from adapter.inline.optimise.saying import Sayer
from adapter.inline.optimise.sequential import module_around, sequential_spelling
from adapter.inline.optimise.trained import Place, Trained, block_end
from adapter.inline.optimise.wrapping import check_parallel, unwrapped
from adapter.inline.outcome import Outcome, Work, landmark_edit

_PLAIN_STRING = re.compile(r'"([^"\'\\\n]*)"')


_WRAPPERS = ("Network", "WholeNetwork", "NetworkOfLayers", "LayersAsModule")


class Writer:
    """Writes one step at one place."""

    def __init__(
        self,
        work: Work,
        sayer: Sayer,
        step: Mapping[str, Any],
        trained: Trained,
        place: Place,
        feed: Feed | None = None,
    ) -> None:
        self._feed = feed
        self._work, self._script, self._sayer = work, work.script, sayer
        self._step, self._trained, self._place = step, trained, place
        self._editor = Editor(work.script.source)
        self._imports: list[str] = []
        self._lines: list[str] = []
        self._class: list[str] = []
        self._indent = ""

    def outcome(self, *, outermost: bool) -> Outcome:
        """The changes of the step.

        Raises:
            UnsaidError: something that the step needs cannot be said at the place.
            NoPathError: the library has nothing for a concept of the step.
            PlaceError: nothing can be put at the place.
        """
        script, step = self._script, self._step
        check_parallel(self._work, self._place)
        end = block_end(script, self._place)
        if end is None:
            line = script.line(self._place.at)
            raise UnsaidError(f"it is made anew in each turn of the loop around line {line}")
        statement, before = end
        self._indent = self._editor.indent_of(statement)
        feed = self._feed or self._own_feed()
        self._lines = [] if before else [""]
        result = self._result(outermost=outermost)
        self._transform(feed, result)
        self._measure(result)
        self._save(result)
        self._lines = [self._in_quotes(line) for line in self._lines]
        self._put_class(statement)
        self._put(statement, before=before)
        edit = landmark_edit(self._work, self._trained.call, "model", step["concept"])
        return Outcome(self._editor.changes(), self._imports, [edit])

    def _own_feed(self) -> Feed:
        call, frame = self._trained.call, self._trained.frame
        return Feeder(self._script, self._sayer, call, frame, self._place.frame).feed()

    def _in_quotes(self, line: str) -> str:
        """A line with its plain strings in the quotes that the file uses more."""
        data = self._script.source.data
        if data.count(b"'") <= data.count(b'"') or '"""' in line:
            return line
        return _PLAIN_STRING.sub(r"'\1'", line)

    def _put(self, statement: Node, *, before: bool) -> None:
        previous = statement.prev_named_sibling
        if not before:
            self._editor.after(statement, self._lines)
        elif previous is None or previous.type == "comment":
            self._editor.before(statement, [*self._lines, ""])
        else:
            data = self._script.source.data
            apart = re.search(rb"\n[ \t]*\r?\n", data[previous.end_byte : statement.start_byte])
            self._editor.after(previous, ["", *self._lines, *([] if apart else [""])])

    def _put_class(self, statement: Node) -> None:
        """A class that the step needs goes to the module's level, before the function that uses it."""
        if not self._class:
            return
        top = statement
        while top.parent is not None and top.parent.type != "module":
            top = top.parent
        if top == statement:
            self._lines = [
                "",
                "",
                *self._class,
                "",
                "",
                *(self._lines[1:] if not self._lines[0] else self._lines),
            ]
        else:
            self._editor.before(top, [*self._class, "", ""])

    def _result(self, *, outermost: bool) -> str:
        """The name of the new model: the old one's where training goes on under it."""
        if self._step.get("fine_tune") and outermost and not self._place.returned:
            return self._place.model
        measured = self._measured(self._place.model)
        if measured is not None and not measured.named and outermost:
            return self._place.model
        return self._fresh(self._step["result"])

    def _measured(self, result: str) -> Measurement | None:
        return find_measurement(self._script, self._sayer, self._place, result, self._aliases())

    def _aliases(self) -> frozenset[str]:
        return frozenset({self._place.model})

    def _fresh(self, name: str) -> str:
        """A name that means nothing yet at the place."""
        for candidate in (name, f"{name}_model", *(f"{name}_{number}" for number in range(2, 9))):
            if not self._script.names.is_bound(candidate, self._place.at):
                return candidate
        raise UnsaidError(f"a free name like {name}")

    # The concept of the step.

    def _transform(self, feed: Feed, result: str) -> None:
        model, fine_tune = self._place.model, self._step.get("fine_tune")
        values = {"model": self._wrapped(model), "ratio": self._work.request.text("ratio")}
        wanted = set(self._step["arguments"].values())
        if "calibration" in wanted:
            values["calibration"] = self._calibration(feed)
        if "example" in wanted:
            values["example"] = self._example(feed)
        if self._step.get("in_place") and fine_tune and result != model:
            values["model"] = self._wrapped(f"copy.deepcopy({model})")
            self._imports.append("import copy")
        if not fine_tune and not self._is_evaluating(result):
            self._lines.append(f"{model}.eval()")
        arguments = {name: values[source] for name, source in self._step["arguments"].items()}
        self._write(self._step["concept"], arguments, result)
        if fine_tune:
            self._fine_tune(int(fine_tune), result)

    def _wrapped(self, model: str) -> str:
        """The model, or a module around it where the library cannot add to the model itself."""
        spelled = sequential_spelling(self._script, self._place)
        if spelled is None:
            return unwrapped(self._work, self._place, model)
        name = next(n for n in _WRAPPERS if not self._script.names.is_bound(n, self._place.at))
        base = re.sub(r"Sequential$", "Module", spelled) if "." in spelled else "torch.nn.Module"
        if base.startswith("torch."):
            self._imports.append("import torch")
        if not self._class:
            self._class = module_around(name, base, self._editor.unit())
        return f"{name}({model})"

    def _is_evaluating(self, result: str) -> bool:
        """Whether the script has put the model into evaluation mode when its training is over."""
        measured = self._measured(result)
        if (
            measured is not None
            and measured.evaluates
            and measured.node.start_byte > self._place.at.start_byte
        ):
            return True
        block = self._script.statement(self._place.at)
        after = self._script.source.data[block.end_byte :].decode("utf-8", "replace")
        spelled = rf"^{re.escape(self._indent)}{re.escape(self._place.model)}\.eval\(\)"
        return re.search(spelled, after, re.MULTILINE) is not None

    def _calibration(self, feed: Feed) -> str:
        name = self._fresh("calibration")
        text = self._dataset(feed, "" if feed.body else feed.transform, name)
        if feed.body or ("\n" in text and feed.transform):
            text = self._dataset(feed, self._function(feed), name)
        self._lines.append(f"{name} = {text}")
        return name

    def _dataset(self, feed: Feed, transform: str, name: str) -> str:
        arguments = {"data": feed.data, "transform": transform}
        written = self._work.writer.write("optimisation.calibration", arguments, self._indent, len(name) + 3)
        self._imports += self._imports_of(written.roots, written.imports)
        return written.lines[0].text

    def _function(self, feed: Feed) -> str:
        """A function that takes the inputs out of a batch, in place of a lambda that would be too long."""
        name, unit = self._fresh("model_inputs"), self._editor.unit()
        apart = [] if self._indent else [""]
        body = [f"{unit}{line}" for line in feed.body or (f"return {feed.inputs}",)]
        lead = apart if self._lines and not self._lines[-1] else []
        self._lines += [*lead, f"def {name}({feed.parameter}):", *body, *apart, ""]
        return name

    def _example(self, feed: Feed) -> str:
        if feed.body:
            example = f"{self._function(feed)}({feed.first})"
        else:
            if feed.takes_apart:
                self._lines.append(f"batch = {feed.first}")
            example = feed.example
        if re.fullmatch(r"[\w.]+", example):
            return example
        name = self._fresh("example")
        self._lines.append(f"{name} = {example}")
        return name

    def _write(self, concept: str, arguments: Mapping[str, str], result: str = "") -> None:
        lead = f"{result} = " if result else ""
        written = self._work.writer.write(concept, arguments, self._indent, len(lead))
        self._lines += [f"{lead}{line.text}" for line in written.lines]
        self._imports += self._imports_of(written.roots, written.imports)

    def _imports_of(self, roots: set[str], imports: list[str]) -> list[str]:
        library = self._work.writer.library
        return [*imports, *([library.import_line] if library.name in roots else [])]

    # Training on, evaluation, file.

    def _fine_tune(self, epochs: int, result: str) -> None:
        renamed = {self._place.model: result} if result != self._place.model else {}
        if self._step.get("new_optimiser") or renamed:
            self._new_optimiser(renamed)
        tuning = FineTuning(self._script, self._sayer, self._trained, self._place, self._editor.unit())
        lines = tuning.lines(epochs, renamed)
        if not tuning.sets_mode(lines):
            self._lines.append(f"{result}.train()")
        self._lines += lines
        measured = self._measured(result)
        if measured is None or not measured.evaluates:
            self._lines.append(f"{result}.eval()")

    def _new_optimiser(self, renamed: Mapping[str, str]) -> None:
        """The script's own optimiser made once more, for the parameters of the new model."""
        for optimiser in self._work.landmarks.optimisers:
            function = self._sayer.function_at(optimiser.node)
            inner = self._place.inner
            if inner is not None and function is not None and function == inner.function:
                return
            for frame in self._sayer.frames(optimiser.node):
                if self._place.frame not in tuple(frame.outwards()):
                    continue
                said = self._sayer.say(optimiser.node, frame, self._place.frame)
                name = self._optimiser_name(optimiser.name, frame)
                if said is None or not name or f"{self._place.model}." not in said:
                    continue
                for old, new in renamed.items():
                    said = said.replace(f"{old}.", f"{new}.")
                self._lines.append(f"{name} = {said}")
                return
        raise UnsaidError("an optimiser of its parameters that can be made again")

    def _optimiser_name(self, name: str, frame: Any) -> str:
        if not name.startswith("self.") or frame == self._place.frame:
            return name
        receiver = bound_name(self._script, frame.call) if frame.call is not None else ""
        return f"{receiver}.{name[5:]}" if receiver else ""

    def _measure(self, result: str) -> None:
        found = find_measurement(self._script, self._sayer, self._place, result, self._aliases())
        same = result == self._place.model or (self._step.get("in_place") and not self._step.get("fine_tune"))
        if found is None or not (found.named or same):
            return
        self._lines += found.lines(self._step["label"], self._step["result"])

    def _save(self, result: str) -> None:
        path, needed = path_beside(self._script, self._sayer, self._place, self._step["suffix"])
        if needed:
            self._imports.append(needed)
        self._write(self._step["save"], {"model": result, "path": path})
