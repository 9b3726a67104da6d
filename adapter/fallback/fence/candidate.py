"""fence: an answer beside the region that it shall replace, with what both mean."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from adapter.fallback.fence.nodes import text
from adapter.fallback.regions import Region, indented
from adapter.graph.api_index import ApiIndex
from adapter.graph.catalogs import catalog_of
from adapter.graph.model import Library
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Span
from adapter.source.text import Source, parse_python

_BLOCK = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_FENCES = re.compile(r"^[ \t]*```", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Ground:
    """All that answers about one region are checked against; `names` are those of the source library."""

    source: Source
    names: Names
    region: Region
    source_library: Library
    target_library: Library
    index: ApiIndex
    project: ProjectNames | None = None


@dataclass(frozen=True, eq=False)
class Candidate:
    """An answer: `code` is the new region without indentation, `imports` go to the top of the file."""

    ground: Ground
    answer: str
    is_complete: bool
    blocks: tuple[str, ...]

    @cached_property
    def _split(self) -> tuple[str, tuple[str, ...]]:
        return split_imports(self.blocks[0] if self.blocks else "", self.ground)

    @property
    def code(self) -> str:
        """The new region, without indentation."""
        return self._split[0]

    @property
    def imports(self) -> tuple[str, ...]:
        """Import statements that the answer begins with, or that its use of the target needs."""
        return self._split[1]

    @cached_property
    def after(self) -> Source:
        """The file with the region replaced and the imports in front, for looking only."""
        source, region = self.ground.source, self.ground.region
        data = b"".join(
            (
                self._front,
                source.data[: region.span.start],
                indented(self.code, region.indent).encode(),
                source.data[region.span.end :],
            )
        )
        return Source(source.path, data, "utf-8", False, source.newline, parse_python(data))

    @property
    def _front(self) -> bytes:
        return "".join(f"{line}\n" for line in self.imports).encode()

    @cached_property
    def span(self) -> Span:
        """Where the new region lies in `after`."""
        start = len(self._front) + self.ground.region.span.start
        return Span(start, start + len(indented(self.code, self.ground.region.indent).encode()))

    @cached_property
    def nodes(self) -> list[Node]:
        """The statements of the new region in `after`."""
        return _statements_within(self.after.tree.root_node, self.span)

    @cached_property
    def source_names(self) -> Names:
        """What names of the source library mean in `after`."""
        return Names(self.after, catalog_of(self.ground.source_library), self.ground.project)

    @cached_property
    def target_names(self) -> Names:
        """What names of the target library mean in `after`."""
        return Names(self.after, catalog_of(self.ground.target_library))

    @cached_property
    def target_uses(self) -> list[Use]:
        """The sites of the target library in the new region."""
        return self.within(self.target_names.uses())

    def within(self, uses: list[Use]) -> list[Use]:
        """Those of some sites in `after` that lie in the new region."""
        return [use for use in uses if self.span.contains(Span(use.node.start_byte, use.node.end_byte))]


def read_answer(answer: str, is_complete: bool, ground: Ground) -> Candidate:
    """An answer as a candidate; fenced blocks are taken out of what is around them."""
    blocks = tuple(match[1].rstrip() for match in _BLOCK.finditer(answer))
    if len(_FENCES.findall(answer)) != 2 * len(blocks):
        blocks = ()
    return Candidate(ground, answer, is_complete, tuple(_lifted(block) for block in blocks))


def _lifted(block: str) -> str:
    """The block moved to the left, so that its first line is not indented."""
    lines = block.strip("\n").split("\n")
    margin = re.match(r"[ \t]*", lines[0])
    spaces = margin[0] if margin else ""
    if spaces and all(line.startswith(spaces) or not line.strip() for line in lines):
        lines = [line.removeprefix(spaces) for line in lines]
    return "\n".join(lines)


def split_imports(code: str, ground: Ground) -> tuple[str, tuple[str, ...]]:
    """The code without the imports that it begins with, and these; the target's own where it is missing."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return code, ()
    lines = code.split("\n")
    own = {text(node) for node in ground.region.statements}
    found: list[str] = []
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom) or ast.unparse(statement) in own:
            break
        found.extend(_clauses(statement))
        for number in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
            lines[number] = ""
    target = ground.target_library
    reads = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    anchor = ground.region.statements[0]
    if target.name in reads and not ground.names.is_bound(target.name, anchor):
        found.append(target.import_line)
    known = {normal_import(binding.target, binding.local) for binding in ground.names.imports}
    new = [line for line in dict.fromkeys(found) if _key(line) not in known]
    return "\n".join(lines).strip("\n"), tuple(new)


def _clauses(statement: ast.Import | ast.ImportFrom) -> list[str]:
    """The statement as one import for each name."""
    if isinstance(statement, ast.Import):
        return [ast.unparse(ast.Import([name])) for name in statement.names]
    return [
        ast.unparse(ast.ImportFrom(statement.module, [name], statement.level)) for name in statement.names
    ]


def _key(line: str) -> tuple[str, str]:
    statement = ast.parse(line).body[0]
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    name = statement.names[0]
    if isinstance(statement, ast.Import):
        return normal_import(name.name, name.asname or name.name.partition(".")[0])
    return normal_import(
        f"{'.' * statement.level}{statement.module or ''}.{name.name}", name.asname or name.name
    )


def normal_import(target: str, local: str) -> tuple[str, str]:
    """What tells one imported name from another."""
    return target, local


def _statements_within(root: Node, span: Span) -> list[Node]:
    """The outermost statements that lie in a span, comments included."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in ("module", "block") or not span.contains(Span(node.start_byte, node.end_byte)):
            overlapping = [c for c in node.children if c.end_byte > span.start and c.start_byte < span.end]
            waiting.extend(reversed(overlapping))
        elif node.is_named:
            found.append(node)
    return found
