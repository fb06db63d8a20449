"""Dictionaries in which an optimizer keeps something: v["dW1"] = beta * v["dW1"] + (1 - beta) * grads["dW1"].

What they hold under a gradient's key is no gradient of the network.
"""

from __future__ import annotations

import re

CALLED = re.compile(
    r"(?:v|vel|velocity|velocities|vs|mom|momentum|momentums|s|sq|squares|m|moment\d?|m_?hat|v_?hat|s_?hat)"
    r"(?:_(?:corrected|corr|hat|t|new))?"
)
"""What such dictionaries are called."""
GRADIENTS = re.compile(r"(?i:d|grads?|gradients?|d_?params|derivatives?)")
"""What those are called that hold the gradients."""
PARAMETERS = re.compile(r"(?i:params?|parameters?|weights|model|net(?:work)?)")
"""And those that hold what an update moves."""
_ENTRY = r"(?<!\w)(?P<holder>[^\W\d]\w*)\s*\[\s*(?P<key>[^\[\]\n]{1,60}?)\s*\]"
_GIVEN = re.compile(rf"^[ \t]*(?:\w+\.)*{_ENTRY}\s*(?P<sign>[+\-*/]?)=(?!=)(?P<right>[^\n]{{1,500}})", re.MULTILINE)
_READ = re.compile(_ENTRY)
_BARE = re.compile(r"(?<![\w\"'])\w+(?![\w\"'])")


def states(code: str) -> frozenset[str]:
    """The dictionaries of a block whose entries are made of their own and of another's under the same key.

    So is one whose entries are made of theirs: v_corrected["dW1"] = v["dW1"] / (1 - beta ** t).
    """
    found = set[str]()
    for line in _GIVEN.finditer(code):
        holder, key = line["holder"], line["key"]
        read = {each["holder"] for each in _READ.finditer(line["right"]) if each["key"] == key}
        bare = key.strip("\"'") in _BARE.findall(line["right"])
        mixed = (line["sign"] or holder in read) and (bare or read - {holder})
        made = any(each in found or CALLED.fullmatch(each) for each in read)
        if (mixed or made) and not GRADIENTS.fullmatch(holder) and not PARAMETERS.fullmatch(holder):
            found.add(holder)
    return frozenset(found)
