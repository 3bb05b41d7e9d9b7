"""Text to lexemes.

The lexer knows the names in scope (the longest wins), and tells apart what the grammar alone cannot: the brackets of
lists, filters and reversed ranges, keys, the names that a text itself introduces, and types.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from engine.feel.faults import FeelSyntaxError
from engine.feel.words import (
    BUILT_IN,
    KEYWORDS,
    MEMBERS,
    SPACE,
    TYPES,
    WORD,
    WORD_FORM,
    NamePattern,
    Words,
    folded,
    unescape,
    words_of,
)

MAX_LENGTH = 2_000
MAX_DEPTH = 50

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BACKTICK = re.compile(r"`([^`\n]+)`")
_SIGN = re.compile(r"\*\*|\.\.|!=|<=|>=|->|[-+*/=<>.,:()\[\]{}]")
_SIGNS = {
    "**": "POW", "..": "DOTS", "!=": "NE", "<=": "LE", ">=": "GE", "->": "ARROW", "-": "MINUS", "+": "PLUS",
    "*": "STAR", "/": "SLASH", "=": "EQ", "<": "LT", ">": "GT", ".": "DOT", ",": "COMMA", ":": "COLON", "(": "LPAR",
    ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE",
}  # fmt: skip
_WORDS = rf"{WORD_FORM}(?:[\s\u00a0]+[\w?]+)*?"
_ARGUMENT = NamePattern(rf"({_WORDS})\s*:")
_KEY = re.compile(r"([^\s:,{}\[\]()\"`][^:,{}\[\]()\"`]*?)\s*(?=:)")
_LOOP_NAME = NamePattern(rf"({_WORDS})\s+in\b")
_PARAMETER = NamePattern(rf"({_WORDS})\s*(?=[:,)])")
_TYPE_WORD = NamePattern(rf"{WORD_FORM}(?:\.{WORD_FORM})*")
_STARTS_OPERAND = re.compile(r"[\w?\"@(\[{`-]|\.[0-9]")
_NOT_OPERANDS = re.compile(r"(?:and|or|then|else|return|satisfies|between|in|instance)\b")
_REVERSED_ITEM = re.compile(r"[\w?\"@({`]")

OPERANDS = frozenset(
    ("NUMBER", "STRING", "AT", "NAME", "RPAR", "RSQB", "RBRACE", "NULL", "TRUE", "FALSE", "REV_CLOSE", "TYPE")
)


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of the text: `value` is what it means where that is not the text itself."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(slots=True)
class _Bracket:
    kind: str
    at: int
    dots: bool = False
    loops: int = 0


@dataclass(slots=True)
class Lexer:
    """One run over one text; `lexemes` is what has been found."""

    text: str
    names: Words
    members: Words
    at: int = 0
    lexemes: list[Lexeme] = field(default_factory=list)
    stack: list[_Bracket] = field(default_factory=lambda: [_Bracket("", 0)])
    before: str = ""

    def run(self) -> list[Lexeme]:
        """All lexemes; raises FeelSyntaxError at what is none."""
        while True:
            self._skip()
            if self.at >= len(self.text):
                return self.lexemes
            if not (self._introduced() or self._literal() or self._word() or self._sign()):
                raise FeelSyntaxError(f"`{self.text[self.at]}` means nothing here", self.at, self.at + 1)

    def _skip(self) -> None:
        match = SPACE.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _add(self, kind: str, value: str, end: int) -> bool:
        self.lexemes.append(Lexeme(kind, value, self.at, end))
        self.at, self.before = end, kind
        return True

    def _introduced(self) -> bool:
        """Names that the text itself brings: keys, parameters, loop variables, named arguments."""
        top = self.stack[-1]
        further = self.before == "COMMA"
        if self.before in {"FOR", "SOME", "EVERY"} or (further and top.loops):
            return self._introduce(_LOOP_NAME)
        if self.before not in {"LPAR", "LBRACE"} and not further:
            return False
        if top.kind == "{":
            return self._key()
        if top.kind == "params":
            return self._introduce(_PARAMETER)
        return top.kind == "call" and self._named_argument()

    def _named_argument(self) -> bool:
        match = _ARGUMENT.match(self.text, self.at)
        return match is not None and self._add("KEY", folded(match.group(1)), match.end(1))

    def _introduce(self, pattern: NamePattern) -> bool:
        match = pattern.match(self.text, self.at)
        if match is None:
            return False
        name = folded(match.group(1))
        self.names.add(name)
        return self._add("NAME", name, match.end(1))

    def _key(self) -> bool:
        match = _STRING.match(self.text, self.at) or _BACKTICK.match(self.text, self.at)
        if match:
            raw = match.group(1)
            name = unescape(raw, self.at + 1) if self.text[self.at] == '"' else folded(raw)
        else:
            match = _KEY.match(self.text, self.at)
            if match is None:
                return False
            name = folded(match.group(1))
        self.names.add(name)
        self.members.add(name)
        return self._add("KEY", name, match.end())

    def _literal(self) -> bool:
        text, at = self.text, self.at
        match = _NUMBER.match(text, at)
        if match:
            return self._add("NUMBER", match.group(), match.end())
        quote = at + (text[at] == "@")
        match = _STRING.match(text, quote)
        if match:
            return self._add("AT" if quote > at else "STRING", unescape(match.group(1), quote + 1), match.end())
        if text.startswith('"', quote):
            raise FeelSyntaxError("the text does not end: a closing quote is missing", at, len(text))
        match = _BACKTICK.match(text, at)
        return match is not None and self._add("NAME", folded(match.group(1)), match.end())

    def _word(self) -> bool:
        match = WORD.match(self.text, self.at)
        known = self._known()
        if match is None:
            return known is not None and self._add("NAME", *known)
        word = match.group()
        if self.before != "DOT" and word in KEYWORDS and (known is None or known[1] <= match.end()):
            return self._keyword(word, match.end())
        if known is None or known[1] < match.end():
            known = (word, match.end())
        return self._add("NAME", *known)

    def _known(self) -> tuple[str, int] | None:
        found = self.names.longest(self.text, self.at)
        if self.before == "DOT":
            member = self.members.longest(self.text, self.at)
            found = max((each for each in (found, member) if each), key=lambda each: each[1], default=None)
        return found

    def _keyword(self, word: str, end: int) -> bool:
        loops = {"for": 1, "some": 1, "every": 1, "return": -1, "satisfies": -1}.get(word, 0)
        self.stack[-1].loops = max(0, self.stack[-1].loops + loops)
        self._add(KEYWORDS[word], word, end)
        if word == "of" and len(self.lexemes) > 1 and self.lexemes[-2].kind == "INSTANCE":
            self._type()
        return True

    def _sign(self) -> bool:
        match = _SIGN.match(self.text, self.at)
        if match is None:
            return False
        sign = match.group()
        if sign in "([{":
            return self._open(sign)
        if sign in ")]}":
            return self._close(sign)
        if sign == "..":
            self.stack[-1].dots = True
        self._add(_SIGNS[sign], sign, match.end())
        if sign == ":" and self.stack[-1].kind == "params":
            self._type()
        return True

    def _open(self, sign: str) -> bool:
        operand = self.before in OPERANDS
        if sign == "[" and operand and self.stack[-1].dots and not self._operand_follows():
            self._pop()
            return self._add("REV_CLOSE", sign, self.at + 1)
        kind = {"(": "call" if operand else "params" if self.before == "FUNCTION" else "(", "[": "[", "{": "{"}[sign]
        return self._push(kind, _SIGNS[sign])

    def _push(self, kind: str, lexeme: str) -> bool:
        self.stack.append(_Bracket(kind, self.at))
        if len(self.stack) > MAX_DEPTH:
            raise FeelSyntaxError(f"brackets stand more than {MAX_DEPTH} deep", self.at, self.at + 1)
        return self._add(lexeme, self.text[self.at], self.at + 1)

    def _close(self, sign: str) -> bool:
        empty_list = self.before == "LSQB" and not self._range_follows()
        if sign == "]" and self.before not in OPERANDS and not empty_list:
            return self._push("[", "REV_OPEN")
        if len(self.stack) == 1:
            raise FeelSyntaxError(f"`{sign}` closes nothing", self.at, self.at + 1)
        self._pop()
        return self._add(_SIGNS[sign], sign, self.at + 1)

    def _pop(self) -> None:
        if len(self.stack) > 1:
            self.stack.pop()

    def _next(self) -> int:
        match = SPACE.match(self.text, self.at + 1)
        return match.end() if match else self.at + 1

    def _operand_follows(self) -> bool:
        """Whether what stands after this bracket begins an operand: then it opens a filter."""
        after = self._next()
        return _STARTS_OPERAND.match(self.text, after) is not None and _NOT_OPERANDS.match(self.text, after) is None

    def _range_follows(self) -> bool:
        """Whether `[` and this `]` are a list whose first item is a reversed range, not an empty list."""
        after = self._next()
        return (
            _REVERSED_ITEM.match(self.text, after) is not None
            and _NOT_OPERANDS.match(self.text, after) is None
            and ".." in self.text[after:]
        )

    def _type(self) -> None:
        """A type, in which `<` and `>` are brackets."""
        depth = 0
        while True:
            self._skip()
            if not (self._type_word(nested=depth > 0) or self._type_sign(depth)):
                return
            depth += {"TLT": 1, "TGT": -1}.get(self.before, 0)
            self._skip()
            ended = self.before in {"TYPE", "TGT"} and not self._type_goes_on()
            if depth <= 0 and ended:
                self.before = "TYPE"
                return

    def _type_goes_on(self) -> bool:
        if self.text.startswith("->", self.at):
            return True
        generic = self.before == "TYPE" and self.lexemes[-1].value in {"list", "context", "function", "range"}
        return generic and self.text.startswith("<", self.at)

    def _type_word(self, *, nested: bool) -> bool:
        key = _ARGUMENT.match(self.text, self.at) if nested else None
        if key:
            self.members.add(folded(key.group(1)))
            return self._add("KEY", folded(key.group(1)), key.end(1))
        known = _TYPE_WORDS.longest(self.text, self.at)
        if known:
            return self._add("TYPE", *known)
        match = _TYPE_WORD.match(self.text, self.at)
        return match is not None and self._add("TYPE", match.group(), match.end())

    def _type_sign(self, depth: int) -> bool:
        match = _SIGN.match(self.text, self.at)
        if match is None:
            return False
        sign = match.group()
        kind = {"<": "TLT", ">": "TGT" if depth else None, "->": "ARROW"}.get(sign)
        if depth and sign in ",:":
            kind = _SIGNS[sign]
        return kind is not None and self._add(kind, sign, match.end())


_TYPE_WORDS = Words(TYPES)


def lexemes_of(text: str, names: Collection[str], members: Collection[str] = ()) -> list[Lexeme]:
    """The lexemes of an expression. `names` are in scope; `members` may stand after a dot or in a filter."""
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(f"the expression is longer than {MAX_LENGTH} characters", MAX_LENGTH, len(text))
    known = words_of((*names, *members), BUILT_IN)
    return Lexer(text, known, words_of(members, MEMBERS)).run()
