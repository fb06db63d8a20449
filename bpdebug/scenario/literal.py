"""Collections that are written out, taken entry by entry: {"dW1": dZ1 @ X.T}, tmp = {"out": A3 - Y}, [A3 - Y].

What they plainly hold is read where it is asked for; of all others nobody knows what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpdebug.errors import ExpressionError, Span
from bpdebug.scenario.assigned import Assignment, assigned
from bpdebug.scenario.brackets import enclosed, entries, parts
from bpdebug.scenario.calls import put_in
from bpdebug.scenario.contents import changing, holders, keys
from bpdebug.scenario.lists import entry
from bpdebug.scenario.owners import ERROR, owner
from bpdebug.scenario.respelling import Around, Respelled, held, placed_over, respelled
from bpdebug.scenario.statements import Homework, Passed, Statement, Unread

_NUMBERS = re.compile(r"-?\d+|[^\W\d]\w*")
_OTHER = re.compile(r"[fr]?[\"']|None\Z|True\Z|False\Z|[\[{]|dict\s*\(")
"""A text, nothing, or another collection."""
_PRODUCT = re.compile(r"@|\bdot\s*\(|\bmatmul\s*\(|\bouter\s*\(|\bsum\s*\(.*\baxis\b", re.DOTALL)
_MADE = re.compile(r"(?P<of>[^\W\d]\w*)\s*\(\s*\)")
_SPACE = re.compile(r"(?:types\.|argparse\.)?(?:Simple)?Namespace\s*\(")
_CLASS = re.compile(r"\s*class\s+(\w+)")
_BODY = re.compile(r"[^\n]*(?:\n(?:[ \t]+[^\n]*)?)*")
_FIELD = re.compile(r"^([ \t]+)([^\W\d]\w*)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
_METHOD = re.compile(
    r"\s*(?:self\.)?(?P<holder>[^\W\d]\w*)\s*\.\s*(?P<method>\w+)\s*\((?P<given>.*)\)\s*;?\s*\Z", re.DOTALL
)


def collected(found: Homework, holder: str, right: Respelled, around: Around) -> bool:
    """Take what a collection holds that is written out; False where nothing of it is taken."""
    made = _MADE.fullmatch(right.text)
    if made and made["of"] in found.contents.entries:
        found.contents.entries[holder] = found.contents.entries[made["of"]]
        found.passed.append(Passed(right.placed(None), f"{holder} holds what {made['of']} does"))
        return True
    given = entries(right)
    space = _SPACE.match(right.text) is not None
    if space:  # an attribute is asked for as a key is, also one that is set later
        asked = keys(found.block).get(holder, frozenset())
        found.contents.entries[holder] = {key: _named(found, holder, key, around) for key in asked}
    gradients = _gradients(found, holder, given, around)
    return _entries(found, holder, given, around) or gradients or space or _list(found, holder, right, around)


def fields(found: Homework, head: str, place: Span) -> None:
    """Take down what a class holds that is a name for some values: n of class Config: n = 8."""
    name, body = _CLASS.match(head), _BODY.match(found.block, place.end)
    if name and body and (own := _FIELD.findall(body[0])):
        first = min(len(indent) for indent, _ in own)
        found.contents.entries[name[1]] = {field: field for indent, field in own if len(indent) == first}


def changed(found: Homework, code: str, place: Span, around: Around) -> None:
    """Follow what a call makes of a collection: deltas.append(…), tmp.update(out=…)."""
    call = _METHOD.match(code)
    if call is None:
        return
    holder, start = around.names.get(call["holder"], call["holder"]), place.start + call.start("given")
    given = respelled(call["given"], start, around)
    if call["method"] == "update":
        whole = respelled(f"dict({call['given']})", start - len("dict("), around)
        pairs = entries(given) or entries(whole)
        _gradients(found, holder, pairs, around)
        _entries(found, holder, pairs, around)
    elif (known := found.contents.lists.get(holder)) is not None:
        found.contents.lists[holder] = None
        first = re.match(r"0\s*,\s*", given.text)
        if call["method"] == "append":
            found.contents.lists[holder] = [*known, _item(found, holder, given, around)]
        elif call["method"] == "insert" and first:
            item = _item(found, holder, given.part(first.end(), len(given.text)), around)
            found.contents.lists[holder] = [item, *known]
        elif call["method"] == "reverse":
            found.contents.lists[holder] = known[::-1]
    elif call["method"] in ("append", "insert") and _is_gradient(given, around):
        message = f"which gradient is put into {holder} here is not known"
        error = ExpressionError(message, found.block, place, "Write a line for each: dW2 = dZ2 @ A1.T / m.")
        found.unread.append(Unread(error, (), len(found.statements)))


def _is_gradient(given: Respelled, around: Around) -> bool:
    """Whether what is put into a list looks like the gradient of a parameter: a product, or a sum, of one by units."""
    words = _NUMBERS.findall(given.text) if _PRODUCT.search(given.text) else []
    return any(owner(word, around.quantities) or ERROR.fullmatch(word) for word in words)


def _gradients(found: Homework, holder: str, given: Sequence[tuple[str, Respelled]], around: Around) -> bool:
    """Take the gradients that a dictionary holds; True where there are any."""
    gradients = [(held(holder, key, around), value) for key, value in given]
    gradients = [(name, value) for name, value in gradients if owner(name, around.quantities)]
    for name, value in gradients:
        try:
            right = put_in(value, found.functions, found.block, around)
        except ExpressionError as error:
            found.unread.append(Unread(error, (name,), len(found.statements)))
            continue
        if value.text != name:
            found.statements.append(Statement(name, "", right, value.placed(None)))
    return bool(gradients)


def _entries(found: Homework, holder: str, given: Sequence[tuple[str, Respelled]], around: Around) -> bool:
    """Take the entries of a dictionary that are asked for, each as a line; True where there are any."""
    read = keys(found.block).get(holder, frozenset())
    asked = [(key, value) for key, value in given if key in read]
    own = {key for key, _ in asked if _is_own(holder, key, around)}
    plain = [(key, value) for key, value in asked if key not in own and not _OTHER.match(value.text)]
    for key, value in plain:
        name = _named(found, holder, key, around)
        found.contents.entries.setdefault(holder, {})[key] = name
        _line(found, name, value, around)
    unknown = {key for key, _ in asked} - own - {key for key, _ in plain}
    found.unread += [Unread(None, (*sorted(unknown),), len(found.statements))] * bool(unknown)
    return bool(plain)


def _named(found: Homework, holder: str, key: str, around: Around) -> str:
    """What an entry is called: by its key, where nothing else is."""
    apart = not _is_own(holder, key, around) and (key in around.bound or holders(found.block)[key] > 1)
    return f"{holder}_{key}" if apart else key


def _is_own(holder: str, key: str, around: Around) -> bool:
    """Whether a key is the name of something of the program's, or of its gradient."""
    return key in around.quantities or owner(held(holder, key, around), around.quantities) != ""


def _list(found: Homework, holder: str, right: Respelled, around: Around) -> bool:
    """Take the entries of a list that is written out, as far as lines ask for them by their places."""
    inner = enclosed(right)
    if inner is None or not holder.isidentifier() or re.search(r"\bfor\b", inner.text):
        return False
    items = [inner.part(*span) for span in parts(inner.text, ",")]
    own = len(items) > 1 and all(each.text in around.quantities for each in items)
    layers = any(entry(holder, number, around.quantities) for number in (0, 1)) or owner(holder, around.quantities)
    if layers and not (own and holder not in changing(found.block)):
        return False
    if items and all(_NUMBERS.fullmatch(each.text) and each.text not in around.quantities for each in items):
        return _numbers(found, holder, right, items)
    if "" not in keys(found.block).get(holder, frozenset()) or not (items or ERROR.fullmatch(holder)):
        return False
    found.unread.append(Unread(None, (holder,), len(found.statements)))
    found.contents.lists[holder] = [_item(found, holder, each, around) for each in items]
    return True


def _numbers(found: Homework, holder: str, right: Respelled, items: Sequence[Respelled]) -> bool:
    """Take a list of numbers, as of a shape, as what it says; False where lines change it."""
    if holder in changing(found.block):
        return False
    found.caches[holder] = right.text
    found.contents.lists[holder] = [each.text for each in items]
    found.passed.append(Passed(right.placed(None), f"{holder} is read as {right.text:.30}"))
    return True


def _item(found: Homework, holder: str, value: Respelled, around: Around) -> str:
    """What an entry of a list is called: by its own name, where it is the program's."""
    if value.text in around.quantities:
        return value.text
    name = found.contents.name(holder)
    if not _OTHER.match(value.text):
        _line(found, name, value, around)
    return name


def _line(found: Homework, name: str, value: Respelled, around: Around) -> None:
    """Take an entry as a line of its own."""
    place = value.placed(None)
    try:
        right = put_in(value, found.functions, found.block, around)
    except ExpressionError as error:
        found.unread.append(Unread(error, (name,), len(found.statements)))
    else:
        assigned(found, Assignment(placed_over(name, place), "", right, place), around)
