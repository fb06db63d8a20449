"""The form of nested tables: which keys there are and what may stand behind them. All that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeAlias

from bpdebug.scenario.positions import Path
from bpdebug.scenario.wording import guessed, listed, nearest, quoted


class Wrong(NamedTuple):
    """Something that the form does not allow: with a key, or with what stands behind it."""

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    meant: str | None = None
    """The word that was likely meant, or the key; "" for a key that nothing is near to."""


class MisfitError(ValueError):
    """A value that may not stand there; its message says what may."""


Read: TypeAlias = Callable[[Any, Path, list[Wrong]], Any]
Definitions: TypeAlias = dict[str, dict[str, Any]]


class Kind(NamedTuple):
    """What may stand behind a key: how it is read, adding what is wrong to a list; and how a JSON Schema says it."""

    read: Read
    schema: Callable[[Definitions], dict[str, Any]]


class Key(NamedTuple):
    """A key of a table; without a default it has to be there."""

    kind: Kind
    default: Any
    about: str


REQUIRED = object()


def key(kind: Kind, default: Any = REQUIRED, about: str = "") -> Any:
    """A key, as the class of its table declares it."""
    return Key(kind, default, about)


class Table:
    """A table that was read: what stands behind each key is an attribute. Its class declares the keys."""

    KEYS: ClassVar[Mapping[str, Key]] = {}
    OTHERS: ClassVar[Kind | None] = None
    """What may stand behind keys of any other name; None: there may be no others."""

    def __init_subclass__(cls) -> None:
        found: dict[str, Key] = {}
        for base in cls.__mro__:
            for name, each in vars(base).items():
                if isinstance(each, Key):
                    found.setdefault(name, each)
        cls.KEYS = found

    def __init__(self, **given: Any) -> None:
        for name, each in self.KEYS.items():
            setattr(self, name, given.pop(name, each.default))
        self.others: Mapping[str, Any] = given

    def replaced(self, **changes: Any) -> Any:
        """The same table with something else behind some of its keys."""
        given = {name: getattr(self, name) for name in self.KEYS}
        return type(self)(**{**self.others, **given, **changes})


def checked(check: Callable[[Any], Any], **schema: Any) -> Kind:
    """What a check lets through, as the check gives it back."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        try:
            return check(value)
        except MisfitError as misfit:
            wrong.append(Wrong(path, str(misfit)))
            return None

    return Kind(read, lambda definitions: dict(schema))


def of_type(kind: type, expected: str, **schema: Any) -> Kind:
    """A value of one type."""

    def check(value: Any) -> Any:
        if not isinstance(value, kind):
            raise MisfitError(f"expected {expected}, found {quoted(value)}")
        return value

    return checked(check, **schema)


TEXT = of_type(str, "text in quotes", type="string")
FLAG = of_type(bool, "true or false", type="boolean")


def word(*allowed: str, hyphens: bool = False) -> Kind:
    """One of these words, also where it is written with _ for its hyphens."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        said = value.replace("_", "-") if hyphens and isinstance(value, str) else value
        if said not in allowed:
            message = f"{quoted(said)} is not known here"
            message = guessed(message, said, allowed) if isinstance(said, str) else message
            meant = nearest(said, allowed) if isinstance(said, str) else ""
            wrong.append(Wrong(path, message, f"Allowed: {listed(allowed)}.", meant=meant or None))
        return said

    return Kind(read, lambda definitions: {"type": "string", "enum": [*allowed]})


def several(kind: Kind, check: Callable[[list[Any]], list[Any]] | None = None) -> Kind:
    """A list of such; a check looks at the whole where nothing in it is wrong."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        if not isinstance(value, list):
            wrong.append(Wrong(path, f"expected a list, found {quoted(value)}"))
            return None
        before = len(wrong)
        found = [kind.read(each, (*path, at), wrong) for at, each in enumerate(value)]
        return checked(check, type="array").read(found, path, wrong) if check and len(wrong) == before else found

    return Kind(read, lambda definitions: {"type": "array", "items": kind.schema(definitions)})


def by_name(kind: Kind) -> Kind:
    """A table of such, under names of the user's own."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        if not isinstance(value, dict):
            wrong.append(Wrong(path, f"expected a table, found {quoted(value)}"))
            return None
        return {name: kind.read(each, (*path, name), wrong) for name, each in value.items()}

    return Kind(read, lambda definitions: {"type": "object", "additionalProperties": kind.schema(definitions)})


def table(form: type[Table], short: str = "") -> Kind:
    """A table of this form; `short` is the key that a text stands for where it stands in place of the table."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        given = {short: value} if short and isinstance(value, str) else value
        if not isinstance(given, dict):
            wrong.append(Wrong(path, f"expected a table, found {quoted(given)}"))
            return None
        return _read(form, given, path, wrong)

    return Kind(read, lambda definitions: _referred(form, definitions))


def chosen(tag: str, forms: Mapping[str, type[Table]], usual: str) -> Kind:
    """A table of one of these forms: the key `tag` says which; without it, it is the usual one."""
    said = word(*forms, hyphens=True)

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        if not isinstance(value, dict):
            wrong.append(Wrong(path, f"expected a table, found {quoted(value)}"))
            return None
        which = said.read(value.get(tag, usual), (*path, tag), wrong)
        if not isinstance(which, str) or not (meant := which if which in forms else nearest(which, forms)):
            return None
        owners = {name: [each for each in forms if name in forms[each].KEYS] for name in value}
        foreign = {name: (f'{tag} = "{meant}"', each) for name, each in owners.items() if each}
        return _read(forms[meant], {**value, tag: meant}, path, wrong, foreign)

    return Kind(read, lambda definitions: {"oneOf": [_referred(each, definitions) for each in forms.values()]})


def either(one: Kind, several: Kind) -> Kind:
    """One table or else a list."""

    def read(value: Any, path: Path, wrong: list[Wrong]) -> Any:
        return (one if isinstance(value, dict) else several).read(value, path, wrong)

    return Kind(read, lambda definitions: {"oneOf": [several.schema(definitions), one.schema(definitions)]})


Foreign: TypeAlias = Mapping[str, tuple[str, list[str]]]
"""Keys that other forms have: what they do not go with, and with what they do."""


def _read(
    form: type[Table], given: Mapping[str, Any], path: Path, wrong: list[Wrong], foreign: Foreign = MappingProxyType({})
) -> Table:
    """A table of a form. A key that is missing because it is misspelt is told once."""
    misspelt = set()
    found = {}
    for name, value in given.items():
        kind = form.KEYS[name].kind if name in form.KEYS else form.OTHERS
        if kind is not None:
            found[name] = kind.read(value, (*path, name), wrong)
            continue
        wrong.append(_unknown(name, form, (*path, name), foreign))
        misspelt.add(wrong[-1].meant)
    for name, each in form.KEYS.items():
        if each.default is REQUIRED and name not in given and name not in misspelt:
            wrong.append(Wrong((*path, name), f'"{name}" is missing here', at_key=True))
    return form(**found)


def _unknown(name: str, form: type[Table], path: Path, foreign: Foreign) -> Wrong:
    """A key that a form does not have."""
    keys = f"Keys here: {listed(form.KEYS)}."
    if name in foreign:
        this, others = foreign[name]
        return Wrong(path, f'"{name}" does not go with {this}', f"It goes with {listed(others)}. {keys}", True, "")
    message = guessed(f'unknown key "{name}"', name, form.KEYS)
    return Wrong(path, message, keys, at_key=True, meant=nearest(name, form.KEYS))


def _referred(form: type[Table], definitions: Definitions) -> dict[str, Any]:
    """A JSON Schema's word for a table, whose form is entered into the definitions."""
    if form.__name__ not in definitions:
        definitions[form.__name__] = {}
        definitions[form.__name__] = described(form, definitions)
    return {"$ref": f"#/definitions/{form.__name__}"}


def described(form: type[Table], definitions: Definitions) -> dict[str, Any]:
    """A JSON Schema of a table; of the tables in it the definitions tell."""
    required = [name for name, each in form.KEYS.items() if each.default is REQUIRED]
    return {
        "title": form.__name__,
        "description": form.__doc__,
        "type": "object",
        "properties": {name: _property(name, each, definitions) for name, each in form.KEYS.items()},
        **({"required": required} if required else {}),
        "additionalProperties": form.OTHERS.schema(definitions) if form.OTHERS else False,
    }


def _property(name: str, each: Key, definitions: Definitions) -> dict[str, Any]:
    found = each.kind.schema(definitions)
    if "$ref" not in found:
        found["title"] = name.replace("_", " ").title()
    if each.about:
        found["description"] = each.about
    if each.default is not REQUIRED and each.default is not None and not isinstance(each.default, Table):
        found["default"] = each.default
    return found
