"""One field of an undo: whether what stands there now is what the run left, what was before, or something else."""

from collections.abc import Sequence

from engine.compare.present import Shown, alike
from engine.compare.reasons import Reason
from engine.plan.model import FieldChange, Value
from engine.plan.values import from_text
from engine.ports import Collection, Column
from engine.rules.model import Normaliser


def judge(one: FieldChange, collection: Collection, shown: Shown, steps: Sequence[Normaliser]) -> tuple[Reason, Value]:
    """The reason that the field gets, and what stands there now (None where that cannot be told).

    `one` has what the run left as `before` and what is to be put back as `after`. Under the field's normalisers
    (`steps`) a value that a system has tidied up is still the same.
    """
    columns = [collection.columns.get(name) for name in one.columns]
    known = [column for column in columns if column is not None]
    if any(column.access == "write" for column in known):
        return Reason.BEFORE_UNKNOWN, None
    fits = all(_fits(column, text) for column, text in zip(known, parts(one.after, one), strict=False))
    if len(known) < len(columns) or any(column.access == "read" for column in known) or not fits:
        return Reason.NOT_WRITTEN_NOW, None
    if any(name not in shown for name in one.columns):
        return Reason.MOVED_SINCE, None
    now = _now(one, shown)
    reason = _standing(one, known, now, steps)
    return (Reason.NEEDS_VALUE if reason is Reason.UNDOES and _needs(one, known) else reason), now


def parts(value: Value, one: FieldChange) -> tuple[str | None, ...]:
    """A field's value, column by column."""
    return value if isinstance(value, tuple) else (value,) * len(one.columns)


def _now(one: FieldChange, shown: Shown) -> Value:
    texts = tuple(shown[name] for name in one.columns)
    if len(texts) == 1:
        return texts[0]
    return texts if any(text is not None for text in texts) else None


def _standing(one: FieldChange, columns: Sequence[Column], now: Value, steps: Sequence[Normaliser]) -> Reason:
    asked = ((one.after, Reason.AS_BEFORE), (one.before, Reason.UNDOES))
    for wanted, reason in asked:
        if parts(now, one) == parts(wanted, one):
            return reason
    for wanted, reason in asked:
        pairs = zip(columns, parts(now, one), parts(wanted, one), strict=True)
        if all(alike(here, there, steps if column.type == "text" else ()) for column, here, there in pairs):
            return reason
    return Reason.MOVED_SINCE


def _needs(one: FieldChange, columns: Sequence[Column]) -> bool:
    """Whether a column would be made blank that must have a value."""
    return any(column.required and text is None for column, text in zip(columns, parts(one.after, one), strict=True))


def _fits(column: Column, text: str | None) -> bool:
    """Whether a text is still one that the column's type knows."""
    try:
        from_text(column, text)
    except (ValueError, ArithmeticError):
        return False
    return True
