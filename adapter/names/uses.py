"""names: every place of a file that uses a library, and what its names stand for."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.bindings import Form, is_field
from adapter.names.catalog import Catalog, Vocabulary
from adapter.names.chains import Chains, Use
from adapter.names.destinations import goes_to, targets
from adapter.names.dynamic import dynamic_uses
from adapter.names.evaluate import Evaluator
from adapter.names.exports import Exports
from adapter.names.flow import reaching
from adapter.names.imports import ImportBinding
from adapter.names.strings import Strings
from adapter.names.values import FUNCTION, NOTHING, OBJECT, OPTIONAL, OTHER, UNKNOWN, Value, ValueKind
from adapter.names.words import Words
from adapter.plan import SiteKind
from adapter.source.text import Source

if TYPE_CHECKING:
    from adapter.names.project import ProjectNames

__all__ = ["Names", "Use"]


def _in_order(uses: Iterable[Use]) -> list[Use]:
    return sorted(uses, key=lambda use: (use.node.start_byte, use.node.end_byte, use.kind, use.api))


def _unknown(whole: Node, attribute: Node, receiver: Node, member: str) -> Use:
    """A use of something called `member` on an object of which nothing is known."""
    if whole.type == "call":
        return Use(SiteKind.CALL, f"?.{member}", "", member, whole, receiver, whole)
    return Use(SiteKind.READ, f"?.{member}", "", member, attribute, receiver)


class Names:
    """What the names of one file stand for, as far as one library is concerned.

    With `project`, names that come from other modules of the project are followed there.
    """

    def __init__(self, source: Source, catalog: Catalog, project: ProjectNames | None = None) -> None:
        self.source = source
        self.catalog = catalog
        self._words = Words(source.tree, source.data)
        self._vocabulary = Vocabulary.of(catalog)
        elsewhere = project.seen_from(source) if project is not None else None
        self._elsewhere = elsewhere
        self.evaluator = Evaluator(self._words, self._vocabulary, elsewhere)
        self.imports: list[ImportBinding] = self._words.imports
        self.exports = Exports(self.evaluator, source)
        self._answer: tuple[list[Use], list[Use]] | None = None

    # Sites.

    def uses(self) -> list[Use]:
        """Every site, in source order, inner before outer where both begin at the same place."""
        return list(self._found()[0])

    def unknown_receivers(self) -> list[Use]:
        """Calls of a method that the library has on an object of which nothing is known.

        Also whatever hangs on the library's own name where no import of it is in sight, or where it may
        as well be a stand-in for the library. `api` is the member after "?.".
        """
        return list(self._found()[1])

    def _found(self) -> tuple[list[Use], list[Use]]:
        if self._answer is None:
            chains = Chains(self.evaluator)
            self._import_uses(chains)
            seen: set[str] = set()
            self._follow(chains, self._seeds(), seen)
            unknown = self._methods(chains, seen)
            Strings(chains).find()
            self._answer = _in_order(chains.found.values()), _in_order(unknown.values())
        return self._answer

    def _methods(self, chains: Chains, seen: set[str]) -> dict[int, Use]:
        """Look at every call of a method that the library has; give those with an unknown receiver."""
        unknown = self._uncertain()
        has_carriers = self._has_carriers()
        search, root = self._vocabulary.method_search, self._words.root
        for match in search.finditer(self.source.data) if search is not None else ():
            name = root.descendant_for_byte_range(*match.span(1))
            attribute = name.parent if name is not None else None
            call = attribute.parent if attribute is not None else None
            if name is None or attribute is None or call is None or call.id in chains.calls:
                continue
            if attribute.type != "attribute" or call.type != "call" or name.type != "identifier":
                continue
            receiver = attribute.child_by_field_name("object")
            if receiver is None or receiver.id == name.id or not is_field(call, "function", attribute):
                continue
            value = self.evaluator.value(receiver)
            if value.kind is ValueKind.UNKNOWN and has_carriers:
                value = self._asked(receiver)
            if value.of_library and not self.evaluator.is_data(value, receiver):
                # It came by a way that was not followed: from a base class or a caller elsewhere.
                names = [*targets(self.evaluator, receiver), *chains.walk(receiver, value)]
                self._follow(chains, names, seen)
            elif value.kind is ValueKind.UNKNOWN:
                unknown.setdefault(call.id, _unknown(call, attribute, receiver, match[1].decode("utf-8")))
        return {key: use for key, use in unknown.items() if key not in chains.calls}

    def _has_carriers(self) -> bool:
        """Whether the file imports from a module of the project that has to do with the library."""
        if self._elsewhere is None:
            return False
        return any(self._elsewhere.carries(binding.target.removesuffix(".*")) for binding in self.imports)

    def _asked(self, receiver: Node) -> Value:
        return self._elsewhere.asked(receiver) if self._elsewhere is not None else UNKNOWN

    def _uncertain(self) -> dict[int, Use]:
        """What hangs on a name that may be the library: without an import, or with a stand-in for it."""
        imported = (each.local for each in self.imports if self._vocabulary.owns(each.bound))
        found = {}
        for name in dict.fromkeys((self._vocabulary.root, *imported)):
            for read in self._words.of(name).reads:
                if self._may_be_library(name, read):
                    use = self._outermost(read)
                    if use is not None:
                        found[use.node.id] = use
        return found

    def _may_be_library(self, name: str, read: Node) -> bool:
        if self.evaluator.value(read).kind is not ValueKind.UNKNOWN:
            return False
        scope, bindings = self._words.resolve(name, read.start_byte)
        if scope is None:
            return name == self._vocabulary.root
        return any(each.form is Form.IMPORT and self._vocabulary.owns(each.imported) for each in bindings)

    def _outermost(self, read: Node) -> Use | None:
        """The use of `name.a.b` or `name.a.b()`, or `name()`, that a name begins; None for the name alone."""
        whole = read
        while whole.parent is not None and whole.parent.type == "attribute":
            whole = whole.parent
        call = whole.parent
        called = call is not None and call.type == "call" and is_field(call, "function", whole)
        if whole.id == read.id and not called:
            return None
        member = self.source.node_text(whole).rsplit(".", 1)[-1].strip()
        receiver = whole.child_by_field_name("object") or whole
        return _unknown(call if called and call is not None else whole, whole, receiver, member)

    def _import_uses(self, chains: Chains) -> None:
        for binding in self.imports:
            target = binding.target[:-2] if binding.star else binding.target
            if self._vocabulary.owns(target):
                api = self._vocabulary.canonical(target) + (".*" if binding.star else "")
                member = api.rsplit(".", 1)[-1]
                chains.add(Use(SiteKind.IMPORT, api, "", member, binding.statement))

    def _seeds(self) -> Iterable[str]:
        """The names that a library, or another package that knows it, gets in this file."""
        vocabulary = self._vocabulary
        yield vocabulary.root
        for binding in self.imports:
            if binding.star:
                if binding.target == f"{vocabulary.root}.*":
                    yield from vocabulary.exports
            elif self._matters(binding.bound):
                yield binding.local
        if self._elsewhere is not None:
            for star in self._words.stars:
                yield from self._elsewhere.names_in(star.target[:-2])

    def _matters(self, path: str) -> bool:
        """Whether an imported path is the library's, leads to it, or carries it from another module."""
        vocabulary = self._vocabulary
        if vocabulary.owns(path) or path in vocabulary.foreign_packages:
            return True
        return self._elsewhere is not None and self._elsewhere.carries(path)

    def _follow(self, chains: Chains, names: Iterable[str], seen: set[str]) -> None:
        """Follow names, and the names that their values go to, until there is nothing new."""
        waiting = [name for name in dict.fromkeys(names) if name not in seen]
        first = not seen
        seen.update(waiting)

        def also(more: Iterable[str]) -> None:
            for name in more:
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)

        if first:
            strings = Strings(chains)
            for word in tuple(waiting):
                for content in self._words.of(word).quoted:
                    if content.parent is not None:
                        also(strings.annotation(content.parent))
            also(dynamic_uses(chains))
        while waiting:
            also(self._follow_word(waiting.pop(), chains))

    def _follow_word(self, name: str, chains: Chains) -> Iterable[str]:
        word, evaluator = self._words.of(name), self.evaluator
        for read in word.reads:
            value = evaluator.value(read)
            if value.of_library or value.name == FUNCTION:
                yield from chains.walk(read, value, self._import_of(name, read) if value.of_library else "")
            elif value.name in self._vocabulary.foreign_packages:
                yield from self._through_packages(read, value, chains)
            elif value.definition >= 0 or value.name:
                yield from self._through_call(read, chains)
        for attribute in word.attributes:
            holder = attribute.child_by_field_name("object")
            if holder is None or evaluator.value(holder).of_library:
                continue
            value = evaluator.value(attribute)
            if value.of_library or value.name == FUNCTION:
                yield from chains.walk(attribute, value)
            else:
                yield from self._through_call(attribute, chains)

    def _through_call(self, node: Node, chains: Chains) -> Iterable[str]:
        """A chain that begins outside the library and comes to it by a call or an attribute."""
        evaluator = self.evaluator
        while (parent := node.parent) is not None and parent.type in ("call", "attribute"):
            if not (is_field(parent, "function", node) or is_field(parent, "object", node)):
                break
            node = parent
            value = evaluator.value(node)
            if value.of_library:
                yield from chains.walk(node, value)
                return
        if self._elsewhere is not None and self._elsewhere.carries(evaluator.value(node).name):
            yield from goes_to(evaluator, node)

    def _through_packages(self, node: Node, value: Value, chains: Chains) -> Iterable[str]:
        """`lightning.pytorch.loggers.WandbLogger`: through packages down to what the library owns."""
        if node.parent is not None and node.parent.type in ("assignment", "named_expression"):
            yield from goes_to(self.evaluator, node)
        while value.name in self._vocabulary.foreign_packages:
            parent = node.parent
            if parent is None or parent.type != "attribute" or not is_field(parent, "object", node):
                return
            node = parent
            value = self.evaluator.value(node)
            if value.of_library:
                named = node.child_by_field_name("attribute")
                path = self.evaluator.text(node)
                api = value.name if value.kind is ValueKind.API or named is None else path
                yield from chains.walk(node, value, api)

    def _import_of(self, name: str, read: Node) -> str:
        """The canonical name that an import gives to a name; "" when the name is a variable."""
        scope, bindings = self._words.resolve(name, read.start_byte)
        if scope is None:
            root = self._vocabulary.root
            if name in self._vocabulary.exports and any(
                star.target == f"{root}.*" for star in self._words.stars
            ):
                return self._vocabulary.canonical(f"{root}.{name}")
            return ""
        for binding in bindings:
            if binding.form is Form.IMPORT and self._vocabulary.owns(binding.imported):
                return self._vocabulary.canonical(binding.imported)
        return ""

    # Questions about names.

    def value(self, node: Node) -> Value:
        """What an expression stands for."""
        found = self.evaluator.value(node)
        if found in (NOTHING, OPTIONAL):
            return OTHER if found == NOTHING else UNKNOWN
        return found

    def bindings(self, identifier: Node) -> list[Node]:
        """Where a name gets its values: right-hand sides, parameters, definitions, import clauses."""
        _, bindings = self._words.resolve(self.source.node_text(identifier), identifier.start_byte)
        return [binding.source if binding.source is not None else binding.target for binding in bindings]

    def bindings_before(self, identifier: Node) -> list[Node]:
        """Where a name may have got the value that it has at a place: `bindings` that can have run."""
        scope, bindings = self._words.resolve(self.source.node_text(identifier), identifier.start_byte)
        if scope is not None and self._words.scopes.at(identifier.start_byte).index == scope.index:
            bindings = reaching(bindings, identifier, scope, {}) or bindings
        return [binding.source if binding.source is not None else binding.target for binding in bindings]

    def is_bound_to_package(self, identifier: Node, root: str, besides: Iterable[str] = ()) -> bool:
        """Whether a name surely holds what a class of a package made, leaving some of its modules out.

        A loop over classes counts as each of them.
        """
        if identifier.type != "identifier":
            return False
        makers = [node.child_by_field_name("function") for node in self.bindings_before(identifier)]
        paths = [path for maker in makers for path in self._made_by(maker)]
        return bool(paths) and all(
            path.startswith(root) and not path[len(root) :].startswith(tuple(besides)) for path in paths
        )

    def _made_by(self, maker: Node | None) -> list[str]:
        """The dotted paths of the classes that an expression which is called can stand for."""
        if maker is None:
            return [""]
        found = []
        for each in self.bindings_before(maker) if maker.type == "identifier" else ():
            if (
                each.type in ("tuple", "list")
                and each.parent is not None
                and each.parent.type == "for_statement"
            ):
                found += [self.evaluator.value(item).name for item in each.named_children]
        return found or [self.evaluator.value(maker).name]

    def is_listed(self, name: str) -> bool:
        """Whether `__all__` of the file lists a name."""
        for content in self._words.of(name).quoted:
            holder = content.parent
            while holder is not None and holder.type in ("string", "list", "tuple", "argument_list", "call"):
                holder = holder.parent
            left = holder.child_by_field_name("left") if holder is not None else None
            if left is not None and left.text == b"__all__":
                return True
        return False

    def class_of(self, node: Node) -> Node | None:
        """The class of this file that an object is of."""
        value = self.evaluator.value(node)
        return self.evaluator.local.get(value.definition) if value.name == OBJECT else None

    def scope_of(self, node: Node) -> Node:
        """The function, lambda, class, comprehension or module whose names are in force at a node."""
        return self._words.scopes.at(node.start_byte).node

    def is_bound(self, name: str, at: Node) -> bool:
        """Whether a name means something at a place already, builtins included."""
        scope, _ = self._words.resolve(name, at.start_byte)
        return scope is not None or name in dir(builtins) or self._comes_by_star(name)

    def _comes_by_star(self, name: str) -> bool:
        stars = self._words.stars
        return name in self._vocabulary.exports and any(
            star.target == f"{self.catalog.root}.*" for star in stars
        )

    def occurrences(self, name: str, scope: Node) -> list[Node]:
        """The identifiers, reads and bindings, that mean the binding of a name in a scope."""
        home = self._words.scopes.of(scope)
        if home is None:
            return []
        word = self._words.of(name)
        found = {binding.target.id: binding.target for binding in word.bindings.get(home.index, [])}
        for read in word.reads:
            meant, _ = self._words.resolve(name, read.start_byte)
            if meant is not None and meant.index == home.index:
                found[read.id] = read
        return sorted(found.values(), key=lambda node: node.start_byte)

    def unbound(self, name: str) -> list[Node]:
        """The reads of a name that nothing in the file binds."""
        reads = self._words.of(name).reads
        return [read for read in reads if self._words.resolve(name, read.start_byte)[0] is None]

    def members(self, path: str, name: str) -> list[Node]:
        """The expressions `module.name` on the module that was imported as the dotted path."""
        found = []
        for attribute in self._words.of(name).attributes:
            holder = attribute.child_by_field_name("object")
            if holder is not None and self.evaluator.value(holder).name == path:
                found.append(attribute)
        return found
