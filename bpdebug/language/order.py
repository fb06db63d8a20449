"""The order of a formula's tokens: operands and signs take turns, brackets match. Refuses what does not."""

from __future__ import annotations

from collections.abc import Container, Sequence

from bpdebug.errors import ExpressionError, Span
from bpdebug.language.tokens import Kind, Token

DEEPEST = 60
"""How deep a formula may be nested."""
BRACKETS = 2 * DEEPEST
"""An operation may take two brackets: concatenate([a, b])."""

PAIRS = {"(": ")", "[": "]"}
ENDS = (Kind.CLOSE, Kind.COMMA, Kind.COLON, Kind.END)
BEGINS = (Kind.OPEN, Kind.COMMA, Kind.COLON, Kind.EQUALS)


def check_order(text: str, tokens: Sequence[Token], functions: Container[str] = ()) -> None:
    """Refuse a formula whose tokens do not follow each other as they must, saying what was expected where."""
    _Order(text, functions).check(tokens)


class _Order:
    def __init__(self, text: str, functions: Container[str]) -> None:
        self.text = text
        self.functions = functions
        self.open: list[Token] = []
        self.attached: list[bool] = []
        """For each open bracket whether it belongs to what stands before it: f(…) and X[…], not (…)."""
        self.before: list[Token] = []
        self.signs = 0

    def check(self, tokens: Sequence[Token]) -> None:
        operand = True
        for token in tokens:
            operand = self._operand(token) if operand else self._sign(token)
            self.before.append(token)

    def _last(self) -> Token | None:
        return self.before[-1] if self.before else None

    def _operand(self, token: Token) -> bool:
        """Take a token where an operand may begin; whether one may still begin after it."""
        last = self._last()
        if token.kind is Kind.SIGN and token.python in ("+", "-"):
            self.signs += 1
            if self.signs > DEEPEST:
                raise self._too_deep(token)
            return True
        self.signs = 0
        if token.kind is Kind.OPEN:
            return self._opened(token, attached=False)
        if token.kind in (Kind.NAME, Kind.NUMBER, Kind.ELLIPSIS, Kind.TEXT):
            return False
        if token.kind is Kind.COLON and self._inside("[") and last and last.kind in BEGINS:
            return True
        if token.kind in ENDS and last and self._may_be_empty(last, token):
            return self._ended(token)
        if last is None:
            raise self._nothing_before(token)
        if last.kind in (Kind.OPEN, Kind.COMMA) and token.kind not in ENDS:
            raise self._refusal(f"expected an operand before '{token.text}'", token.span)
        raise self._refusal(f"expected an operand after '{last.text}'", token.span)

    def _nothing_before(self, token: Token) -> ExpressionError:
        if token.kind is Kind.END:
            return self._refusal("expected a formula, found nothing", token.span)
        if token.kind is Kind.CLOSE:
            return self._unmatched(token)
        return self._refusal(f"expected an operand before '{token.text}'", token.span)

    def _may_be_empty(self, last: Token, token: Token) -> bool:
        """Whether nothing may stand here: x.transpose(), (a, ), X[1:]; a bracket left open is found by its end."""
        if last.kind is Kind.COLON:
            return True
        return token.kind in (Kind.CLOSE, Kind.END) and last.kind in (Kind.OPEN, Kind.COMMA)

    def _sign(self, token: Token) -> bool:
        """Take a token behind an operand; whether an operand must follow it."""
        last = self._last()
        assert last is not None
        if last.kind is Kind.DOT:
            return self._after_dot(token)
        if last.kind is Kind.POSTFIX and last.python != ".T":
            self._after_exponent(token)
        if token.kind is Kind.SIGN:
            return True
        if token.kind in ENDS:
            return self._ended(token)
        if token.kind is Kind.OPEN and (token.text == "[" or last.kind is Kind.NAME):
            return self._opened(token, attached=True)
        if token.kind in (Kind.POSTFIX, Kind.DOT):
            return False
        if token.kind is Kind.EQUALS:
            return self._equals(token)
        raise self._no_sign_between(last, token)

    def _after_dot(self, token: Token) -> bool:
        if token.kind is not Kind.NAME:
            raise self._refusal("expected a name after '.'", token.span, "X.T is the transpose of X.")
        return False

    def _after_exponent(self, token: Token) -> None:
        """Python would read x²ᵀ as x to the power of 2ᵀ."""
        if token.kind in (Kind.POSTFIX, Kind.DOT, Kind.OPEN) or token.python == "**":
            hint = "Put what the exponent belongs to in brackets: (x²)ᵀ."
            raise self._refusal(f"'{token.text}' follows an exponent", token.span, hint)

    def _opened(self, token: Token, *, attached: bool) -> bool:
        self.open.append(token)
        self.attached.append(attached)
        if len(self.open) > BRACKETS:
            raise self._too_deep(token)
        return True

    def _ended(self, token: Token) -> bool:
        if token.kind is Kind.END:
            if self.open:
                opening = self.open[-1]
                raise self._refusal(f"'{opening.text}' is never closed", opening.span)
            return False
        if token.kind is Kind.CLOSE:
            if not self.open:
                raise self._unmatched(token)
            opening, _ = self.open.pop(), self.attached.pop()
            if PAIRS[opening.text] != token.text:
                message = f"expected '{PAIRS[opening.text]}' to close '{opening.text}', found '{token.text}'"
                raise self._refusal(message, token.span)
            return False
        if not self.open:
            hint = "Only one formula can stand here." if token.kind is Kind.COMMA else ""
            raise self._refusal(f"'{token.text}' has no place outside of brackets", token.span, hint)
        if token.kind is Kind.COLON and not self._inside("["):
            raise self._refusal("':' has its place in an index: X[0:2]", token.span)
        return True

    def _equals(self, token: Token) -> bool:
        keyword = len(self.before) > 1 and self.before[-1].kind is Kind.NAME and self.before[-2].kind in BEGINS
        if keyword and self._inside("("):
            return True
        hint = "Write '==' to compare." if self.open else "Write '==' to compare; a formula is what stands behind '='."
        raise self._refusal("'=' has no place in a formula", token.span, hint)

    def _no_sign_between(self, last: Token, token: Token) -> ExpressionError:
        right = "(…)" if token.text == "(" else token.text
        if last.kind is Kind.NAME and last.python in self.functions:
            return self._refusal(f"expected '(' after '{last.text}'", token.span, f"Write {last.text}({token.text}).")
        left = self._spoken(len(self.before) - 1)
        product = f"Write {left} * {right}" + ("." if last.kind is Kind.NUMBER else f" or {left} @ {right}.")
        return self._refusal(f"expected a sign between '{last.text}' and '{token.text}'", token.span, product)

    def _spoken(self, at: int) -> str:
        """What the token at a place ends, in short: X[…], or A1.T where it is T."""
        last = self.before[at]
        short = {")": "(…)", "]": "X[…]"}.get(last.text, last.text)
        attribute = at > 1 and self.before[at - 1].kind is Kind.DOT
        return f"{self._spoken(at - 2)}.{short}" if attribute else short

    def _inside(self, bracket: str) -> bool:
        """Whether we are in the brackets of a call or of an index."""
        return bool(self.open) and self.open[-1].text == bracket and self.attached[-1]

    def _unmatched(self, token: Token) -> ExpressionError:
        return self._refusal(f"'{token.text}' closes nothing", token.span)

    def _too_deep(self, token: Token) -> ExpressionError:
        hint = "Give its parts equations of their own."
        return self._refusal(f"a formula may be nested {DEEPEST} deep, this one goes deeper", token.span, hint)

    def _refusal(self, message: str, span: Span, hint: str = "") -> ExpressionError:
        return ExpressionError(message, self.text, span, hint)
