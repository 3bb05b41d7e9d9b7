"""Nodes back to text. The law: what was printed reads as the same nodes."""

from functools import singledispatch

from engine.feel import nodes as n
from engine.feel.words import BUILT_IN, MEMBERS, escape, is_plain

_ANYTHING, _OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _UNARY, _INSTANCE, _POSTFIX, _PRIMARY = range(11)
_ARITHMETIC = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def print_node(node: n.Node) -> str:
    """The text of a node, with the brackets it needs and no others."""
    return _operand(node)


def _at(node: n.Node, level: int) -> str:
    """The text of an operand, in brackets where it binds less than `level`."""
    text, binds = _text(node)
    return text if binds >= level else f"({text})"


def _item(node: n.Node) -> str:
    return _text(node)[0]


def _list(nodes: tuple[n.Node, ...]) -> str:
    return ", ".join(_item(each) for each in nodes)


def _name(name: str, known: tuple[str, ...] = BUILT_IN) -> str:
    return name if is_plain(name) or name in known or name == "?" else f"`{name}`"


def _member(name: str) -> str:
    return name if name in MEMBERS or (is_plain(name) and " " not in name) else f"`{name}`"


def _key(name: str) -> str:
    return name if is_plain(name) else f'"{escape(name)}"'


@singledispatch
def _text(node: n.Node) -> tuple[str, int]:
    """The text of a node and how strongly it binds."""
    raise TypeError(type(node).__name__)


@_text.register
def _(node: n.Null) -> tuple[str, int]:
    _ = node
    return "null", _PRIMARY


@_text.register
def _(node: n.Boolean) -> tuple[str, int]:
    return str(node.value).lower(), _PRIMARY


@_text.register
def _(node: n.Number) -> tuple[str, int]:
    return str(node.value), _PRIMARY


@_text.register
def _(node: n.Text) -> tuple[str, int]:
    return f'"{escape(node.value)}"', _PRIMARY


@_text.register
def _(node: n.At) -> tuple[str, int]:
    return f'@"{escape(node.value)}"', _PRIMARY


@_text.register
def _(node: n.Name) -> tuple[str, int]:
    return _name(node.name), _PRIMARY


@_text.register
def _(node: n.Negate) -> tuple[str, int]:
    return f"-{_at(node.operand, _UNARY)}", _UNARY


@_text.register
def _(node: n.Arithmetic) -> tuple[str, int]:
    level = _ARITHMETIC[node.sign]
    return f"{_at(node.left, level)} {node.sign} {_at(node.right, level + 1)}", level


@_text.register
def _(node: n.Comparison) -> tuple[str, int]:
    return f"{_at(node.left, _COMPARISON)} {node.sign} {_at(node.right, _SUM)}", _COMPARISON


@_text.register
def _(node: n.Logic) -> tuple[str, int]:
    level = _OR if node.word == "or" else _AND
    return f"{_at(node.left, level)} {node.word} {_at(node.right, level + 1)}", level


@_text.register
def _(node: n.Between) -> tuple[str, int]:
    low, high = _at(node.low, _SUM), _at(node.high, _SUM)
    return f"{_at(node.value, _COMPARISON)} between {low} and {high}", _COMPARISON


@_text.register
def _(node: n.In) -> tuple[str, int]:
    only = node.tests[0] if len(node.tests) == 1 else None
    tests = f"({_list(node.tests)})" if only is None else _item(only) if isinstance(only, n.Test) else _at(only, _SUM)
    return f"{_at(node.value, _COMPARISON)} in {tests}", _COMPARISON


@_text.register
def _(node: n.Test) -> tuple[str, int]:
    return f"{node.sign} {_at(node.operand, _SUM)}", _ANYTHING


@_text.register
def _(node: n.Range) -> tuple[str, int]:
    low, high = _at(node.low, _SUM), _at(node.high, _SUM)
    return f"{'[' if node.low_closed else '('}{low}..{high}{']' if node.high_closed else ')'}", _PRIMARY


@_text.register
def _(node: n.TypeName) -> tuple[str, int]:
    if node.keys:
        inner = ", ".join(f"{key}: {_item(part)}" for key, part in zip(node.keys, node.parts, strict=True))
        return f"{node.name}<{inner}>", _PRIMARY
    if node.name == "function" and node.parts:
        return f"function<{_list(node.parts[:-1])}>->{_item(node.parts[-1])}", _PRIMARY
    return (f"{node.name}<{_list(node.parts)}>" if node.parts else node.name), _PRIMARY


@_text.register
def _(node: n.InstanceOf) -> tuple[str, int]:
    return f"{_at(node.value, _POSTFIX)} instance of {_item(node.type)}", _INSTANCE


@_text.register
def _(node: n.Path) -> tuple[str, int]:
    return f"{_at(node.source, _POSTFIX)}.{_member(node.name)}", _POSTFIX


@_text.register
def _(node: n.Filter) -> tuple[str, int]:
    return f"{_at(node.source, _POSTFIX)}[{_operand(node.condition)}]", _POSTFIX


@_text.register
def _(node: n.Call) -> tuple[str, int]:
    arguments = _list(node.arguments)
    if node.names:
        pairs = zip(node.names, node.arguments, strict=True)
        arguments = ", ".join(f"{name}: {_operand(value)}" for name, value in pairs)
    return f"{_at(node.function, _POSTFIX)}({arguments})", _POSTFIX


def _operand(node: n.Node) -> str:
    """A whole expression: only a test needs brackets."""
    return f"({_item(node)})" if isinstance(node, n.Test) else _item(node)


@_text.register
def _(node: n.ListOf) -> tuple[str, int]:
    return f"[{_list(node.items)}]", _PRIMARY


@_text.register
def _(node: n.Entry) -> tuple[str, int]:
    return f"{_key(node.key)}: {_operand(node.value)}", _PRIMARY


@_text.register
def _(node: n.ContextOf) -> tuple[str, int]:
    return f"{{{_list(node.entries)}}}", _PRIMARY


@_text.register
def _(node: n.If) -> tuple[str, int]:
    parts = (_operand(each) for each in (node.condition, node.then, node.otherwise))
    return "if {} then {} else {}".format(*parts), _ANYTHING


@_text.register
def _(node: n.Iteration) -> tuple[str, int]:
    to = f"..{_operand(node.to)}" if node.to else ""
    return f"{_name(node.name)} in {_operand(node.source)}{to}", _PRIMARY


@_text.register
def _(node: n.For) -> tuple[str, int]:
    return f"for {_list(node.iterations)} return {_operand(node.body)}", _ANYTHING


@_text.register
def _(node: n.Quantified) -> tuple[str, int]:
    return f"{node.word} {_list(node.iterations)} satisfies {_operand(node.condition)}", _ANYTHING


@_text.register
def _(node: n.Parameter) -> tuple[str, int]:
    return (f"{_name(node.name)}: {_item(node.type)}" if node.type else _name(node.name)), _PRIMARY


@_text.register
def _(node: n.FunctionOf) -> tuple[str, int]:
    external = "external " if node.external else ""
    return f"function({_list(node.parameters)}) {external}{_operand(node.body)}", _ANYTHING


@_text.register
def _(node: n.UnaryTests) -> tuple[str, int]:
    if node.negated:
        return f"not({_list(node.tests)})", _ANYTHING
    return _list(node.tests) or "-", _ANYTHING
