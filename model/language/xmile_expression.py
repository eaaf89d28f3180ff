"""XMILE expressions: text to a tree, by an operator-precedence parser.

Precedence as in the standard, tightest first: ``^`` (from right to left), unary ``+ - NOT``,
``* / MOD``, ``+ -``, ``< <= > >=``, ``= <>``, ``AND``, ``OR``. ``{ }`` holds a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .syntax import Call, Expression, Number, Reference, key_of

_TOKEN = re.compile(
    r"""(?P<space>\s+|\{[^}]*\})
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d](?:[\w$]|'(?=[^\W\d_]))*(?:\.[^\W\d](?:[\w$]|'(?=[^\W\d_]))*)*)
    |(?P<sign><=|>=|<>|//|[-+*/^<>=()\[\],:'.])""",
    re.VERBOSE,
)
_BINARY = {
    **dict.fromkeys(("or",), 10),
    **dict.fromkeys(("and",), 20),
    **dict.fromkeys(("=", "<>"), 30),
    **dict.fromkeys(("<", "<=", ">", ">="), 40),
    **dict.fromkeys(("+", "-"), 50),
    **dict.fromkeys(("*", "/", "//", "mod"), 60),
    "^": 80,
}
_UNARY = 70
_DEEPEST = 200
WORDS = {"if", "then", "else", "and", "or", "not", "mod"}


class ExpressionError(Exception):
    """Text that is no XMILE expression, or one that is not supported.

    Parameters
    ----------
    found
        What is wrong, for the problem's ``found``.
    remedy
        What to do about it.
    """

    def __init__(self, found: str, remedy: str = "Correct the syntax") -> None:
        self.found, self.remedy = found, remedy
        super().__init__(found)


@dataclass(frozen=True)
class Token:
    """A part of an expression: its kind, its text (a word in lower case) and where it begins."""

    kind: str
    text: str
    position: int


def parse_expression(text: str) -> Expression:
    """Return the tree of an expression.

    Functions keep their XMILE names in lower case, ``*`` of an array slice stays a subscript:
    :mod:`.xmile_functions` and :mod:`.xmile_arrays` translate them.

    Parameters
    ----------
    text
        Text of an ``<eqn>``.

    Raises
    ------
    ExpressionError
        If it cannot be read.
    """
    parser = _Parser(text)
    parser.expect_something()
    result = parser.expression(0)
    parser.expect_end()
    return result


def tokenize(text: str) -> list[Token]:
    """Return the words, names, numbers and signs of an expression; the last one is its end.

    Parameters
    ----------
    text
        Text of an ``<eqn>``.

    Raises
    ------
    ExpressionError
        At the first character that begins none of them.
    """
    tokens, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"text that cannot be parsed near '{text[position:][:30]}'")
        kind = match.lastgroup or ""
        if kind == "name" and match.group().lower() in WORDS:
            kind = "word"
        if kind != "space":
            shown = match.group().lower() if kind == "word" else match.group()
            tokens.append(Token(kind, shown, position))
        position = match.end()
    return [*tokens, Token("end", "", len(text))]


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._next = 0
        self._depth = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _is(self, *texts: str) -> bool:
        return self._token.kind in ("sign", "word") and self._token.text in texts

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise ExpressionError(f"{self._near()} where '{text}' should stand")
        self._take()

    def _near(self, token: Token | None = None) -> str:
        rest = self._text[(token or self._token).position :].strip()
        return f"'{rest[:30]}'" if rest else "the end"

    def expect_something(self) -> None:
        """Refuse a comment alone, as Stella writes for a variable without an equation."""
        if self._token.kind == "end":
            raise ExpressionError("no equation", "Give it an <eqn>")

    def expect_end(self) -> None:
        if self._is(","):
            raise ExpressionError(
                "a list of values, which is not XMILE", "Give each element an <element>"
            )
        if self._token.kind != "end":
            raise ExpressionError(f"text that cannot be parsed near {self._near()}")

    def expression(self, least: int) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionError(
                "an expression nested too deeply", "Split it over several variables"
            )
        left = self._prefix()
        while self._is(*_BINARY) and _BINARY[self._token.text] >= least:
            operator = self._take().text
            binding = _BINARY[operator]
            # The power alone groups from the right.
            right = self.expression(binding if operator == "^" else binding + 1)
            left = _binary(operator, left, right)
        self._depth -= 1
        return left

    def _prefix(self) -> Expression:
        if self._is("-", "+", "not"):
            sign = self._take().text
            inner = self.expression(_UNARY)
            return inner if sign == "+" else Call({"-": "neg"}.get(sign, sign), (inner,))
        if self._is("if"):
            return self._choice()
        if self._is("("):
            self._take()
            inner = self.expression(0)
            self._expect(")")
            return inner
        token = self._take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind in ("name", "quoted"):
            return self._named(token)
        raise ExpressionError(f"{self._near(token)} where a value should stand")

    def _choice(self) -> Expression:
        self._take()
        condition = self.expression(0)
        self._expect("then")
        yes = self.expression(0)
        self._expect("else")
        return Call("if_then_else", (condition, yes, self.expression(0)))

    def _named(self, token: Token) -> Expression:
        if token.kind == "name" and "." in token.text and not self._is("(", "["):
            # No file can write this function: a quoted name may hold a dot and mean itself.
            return Call(".", (Reference(token.text),))
        name = key_of(unescape(token.text))
        if self._is("("):
            self._take()
            return Call(name, self._arguments())
        if self._is("["):
            self._take()
            return Reference(name, self._subscripts())
        return Reference(name)

    def _arguments(self) -> tuple[Expression, ...]:
        if self._is(")"):
            self._take()
            return ()
        arguments = [self.expression(0)]
        while self._is(","):
            self._take()
            arguments.append(self.expression(0))
        self._expect(")")
        return tuple(arguments)

    def _subscripts(self) -> tuple[str, ...]:
        subscripts = [self._subscript()]
        while self._is(","):
            self._take()
            subscripts.append(self._subscript())
        self._expect("]")
        return tuple(subscripts)

    def _subscript(self) -> str:
        token = self._take()
        plain = token.kind in ("name", "quoted", "number", "word") or token.text == "*"
        if not plain or not self._is(",", "]"):
            raise ExpressionError(
                f"a computed subscript near '{token.text}{self._token.text}'",
                "Name an element, a dimension or *",
            )
        # Dimension.element names the element.
        return unescape(token.text).rpartition(".")[2]


def _binary(operator: str, left: Expression, right: Expression) -> Expression:
    return Call({"//": "safediv"}.get(operator, operator), (left, right))


def unescape(name: str) -> str:
    r"""Return a name as shown: quotes off, ``\n`` and ``\"`` undone.

    Examples
    --------
    >>> unescape('"rate of\\nchange"')
    'rate of change'
    """
    text = name.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    text = text.replace("\\n", " ").replace('\\"', '"').replace("\\\\", "\\")
    return re.sub(r"[\s\u00a0]+", " ", text)
