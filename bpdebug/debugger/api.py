"""The debugger from Python: `bpdebug.open("three-layer")` is a session whose commands are methods."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, KeysView, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from bpdebug.check.verdict import GradientCheck
from bpdebug.debugger import card
from bpdebug.debugger.arrival import computed
from bpdebug.debugger.commands import COMMANDS, Command
from bpdebug.debugger.session import Session
from bpdebug.debugger.view import Place, Reply, View
from bpdebug.debugger.words import closest, quoted
from bpdebug.errors import ExpressionError, UsageError
from bpdebug.language.parser import parse_name
from bpdebug.ops.table import Array
from bpdebug.scenario.record import Scenario


class OpenSession:
    """A session in Python's hands. `session.step(3)` executes `step 3`, `session.reverse_step()` undoes it again.

    Every command of the console is a method of the same name, with _ for -, and with _ behind it where it would be a
    word of Python's own (`continue_`). What it is given is what stands behind the command. It answers with a reply,
    whose `text` is to be read, or raises UsageError with the words of the refusal. `session["dW2"]` is a value, and
    going through a session gives the names of those that there are here, as with a dict.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    if TYPE_CHECKING:

        def __getattr__(self, verb: str) -> Callable[..., Reply]: ...

    def execute(self, line: str) -> Reply:
        """Execute one line of the console; UsageError where it is refused, and then nothing has changed."""
        if not isinstance(line, str):
            raise TypeError(f'expected a line of the console, such as "step 3", got {line!r}')
        reply = self._session.execute(line)
        if not reply.ok:
            raise UsageError(reply.text)
        return reply

    def check(self, name: object = "") -> tuple[GradientCheck, ...]:
        """Hold a gradient against the numerical one; without a name the one just computed, or else all of them."""
        return self.execute(f"check {name}").check

    def __getitem__(self, name: str) -> Array:
        """The value of a quantity here, read-only; KeyError where it has none yet, which says when it will."""
        if not isinstance(name, str):
            raise KeyError(
                f'expected the name of a quantity, got {name!r}: session["W1"], of an entry session["W1"][0, 1]'
            )
        try:
            known = parse_name(name)
        except ExpressionError:
            raise KeyError(f"expected the name of a quantity, got {quoted(name)}: print(…) takes formulas") from None
        values = self.values
        if known in values:
            return values[known]
        if known in self._session.program.shapes:
            raise KeyError(self._session.evaluator.missing(known))
        raise KeyError(f"there is no {quoted(name)} here. {closest(known, self._names)}".rstrip())

    def __contains__(self, name: object) -> bool:
        """Whether a quantity of this name has a value here."""
        try:
            return isinstance(name, str) and parse_name(name) in self.values
        except ExpressionError:
            return False

    def __iter__(self) -> Iterator[str]:
        """The names of the quantities that have a value here."""
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def keys(self) -> KeysView[str]:
        """The same names as a set, so that dict(session) has all values."""
        return self.values.keys()

    @property
    def values(self) -> Mapping[str, Array]:
        """Every quantity that has a value here, by name. The arrays are read-only, and stay what they are."""
        here = self._session.timeline.values
        return MappingProxyType({name: here[name].view() for name in self._names if name in here})

    @property
    def _names(self) -> list[str]:
        return [name for name in self._session.program.shapes if name.isidentifier()]

    @property
    def view(self) -> View:
        """Everything that a screen shows here."""
        return self._session.view

    @property
    def place(self) -> Place:
        """Where the session stands: iteration, phase, step, and in `words` all of it."""
        return self.view.place

    @property
    def position(self) -> int:
        """How many steps of the whole run have been executed."""
        return self.place.position

    @property
    def scenario(self) -> Scenario:
        """What is debugged."""
        return self._session.scenario

    @property
    def session(self) -> Session:
        """The session itself, as the screen and the scripts have it."""
        return self._session

    def __repr__(self) -> str:
        return f"<bpdebug {self.scenario.name}: {self.place.words}: {computed(self.view)}>"

    def __rich__(self) -> object:
        """What Rich prints."""
        return card.rich(self.view)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return card.html(self.view)


def method(name: str) -> str:
    """What a command is called in Python: reverse-step is reverse_step, continue is continue_."""
    name = name.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _verb(command: Command) -> Callable[..., Reply]:
    """A command as a method."""

    def verb(self: OpenSession, *arguments: object) -> Reply:
        return self.execute(" ".join([command.name, *map(str, arguments)]))

    verb.__name__ = method(command.name)
    verb.__qualname__ = f"OpenSession.{verb.__name__}"
    verb.__doc__ = f"{command.usage}\n\n{command.help}"
    return verb


for _command in COMMANDS.values():
    if method(_command.name) not in vars(OpenSession):
        setattr(OpenSession, method(_command.name), _verb(_command))
