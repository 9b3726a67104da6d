"""inline: recipes: what to put at which landmark, read from `rules/inline/*.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from adapter.graph.yamlfile import Document, read_document

Option = str | int | float | bool | tuple[str, ...] | None


class UnknownRecipeError(Exception):
    """No recipe has this name; the message lists those that there are."""


class OptionError(Exception):
    """An option that the recipe does not have, or a value that it cannot take."""


@dataclass(frozen=True)
class Recipe:
    """One MLOps function that can be put into code.

    `engine` names the way in which `steps` are carried out, `libraries` those that can be the target.
    `done` are the concepts whose use in a file says that it already has this function. `options` gives
    the default value of each option, `choices` the words that some of them may have.
    """

    name: str
    doc: str
    engine: str
    libraries: tuple[str, ...]
    done: frozenset[str]
    options: Mapping[str, Option]
    choices: Mapping[str, tuple[str, ...]]
    steps: tuple[Mapping[str, Any], ...]
    document: Document


@dataclass(frozen=True)
class Request:
    """What a user asks for: a recipe, the library to write it in, and options that are all known."""

    recipe: Recipe
    library: str
    options: Mapping[str, Option]

    @staticmethod
    def of(recipe: Recipe, library: str, given: Mapping[str, Option]) -> Request:
        """A request with the defaults of the recipe filled in.

        Raises:
            OptionError: the recipe has no such option, or the option no such value.
        """
        for name, value in given.items():
            if name not in recipe.options:
                known = ", ".join(f"--{option.replace('_', '-')}" for option in recipe.options) or "none"
                raise OptionError(
                    f"the recipe {recipe.name} has no option --{name.replace('_', '-')} (it has: {known})"
                )
            allowed = recipe.choices.get(name, ())
            if allowed and value is not None and value not in allowed:
                near = get_close_matches(str(value), allowed, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                flag = f"--{name.replace('_', '-')}"
                raise OptionError(f"{flag} cannot be {value!r}{hint} (it can be: {', '.join(allowed)})")
        return Request(recipe, library, {**recipe.options, **given})

    def text(self, name: str) -> str:
        """An option as a text, "" when it was not given."""
        value = self.options.get(name)
        return "" if value is None else str(value)


@cache
def _validator() -> Any:
    import json

    from jsonschema import Draft202012Validator

    return Draft202012Validator(
        json.loads((files("rules") / "schema" / "recipe.schema.json").read_text("utf-8"))
    )


def recipe_names() -> list[str]:
    """The names of all recipes that ship with the package."""
    folder = files("rules") / "inline"
    return sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))


def read_recipe(name: str, text: str) -> Recipe:
    """A recipe from the text of its file.

    Raises:
        MapError: the file does not hold together, at its line and column.
    """
    document = read_document(f"{name}.yaml", text)
    errors = sorted(_validator().iter_errors(document.data), key=lambda error: [str(p) for p in error.path])
    if errors:
        where = ".".join(str(part) for part in errors[0].path) or "the file"
        raise document.error(tuple(errors[0].path), f"{where}: {errors[0].message}")
    data = document.data
    return Recipe(
        name=data["recipe"],
        doc=data["doc"],
        engine=data["engine"],
        libraries=tuple(data["libraries"]),
        done=frozenset(data.get("done", ())),
        options={key: _value(option.get("default")) for key, option in data.get("options", {}).items()},
        choices={
            key: tuple(map(str, option["choices"]))
            for key, option in data.get("options", {}).items()
            if "choices" in option
        },
        steps=tuple(data.get("steps", ())),
        document=document,
    )


def _value(value: object) -> Option:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    assert isinstance(value, list)
    return tuple(str(item) for item in value)


@cache
def packaged_recipe(name: str) -> Recipe:
    """A recipe that ships with the package.

    Raises:
        UnknownRecipeError: there is none of that name.
        MapError: its file does not hold together.
    """
    known = recipe_names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UnknownRecipeError(f"no recipe {name!r}{hint} (there are: {', '.join(known)})")
    text = (files("rules") / "inline" / f"{name}.yaml").read_text("utf-8")
    return read_recipe(name, text)
