"""Our plan in the form of the plan job's other engines, made outside the timed part."""

import json
from pathlib import Path
from typing import Any

from bench.plan.workspace import NUMBERS, PROVIDER_DATES


def convert(plan: Path, out: Path) -> None:
    """Write lines of `op, target, key, changes` for the changes of a plan file."""
    with plan.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as to:
        for line in lines:
            data = json.loads(line)
            if data["kind"] == "change" and not data["hold"]:
                to.write(json.dumps(_line(data), ensure_ascii=False) + "\n")


def _line(change: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"field": one["column"], "before": _value(one, "before"), "after": _value(one, "after")}
        for one in change["fields"]
        if not one["held"]
    ]
    target = "mis" if change["side"] == "mis" else "provider"
    return {"op": change["action"], "target": target, "key": change["mis_id"], "changes": fields}


def _value(field: dict[str, Any], which: str) -> str | int | None:
    value: str | None = field[which]
    if value is None:
        return None
    if field["column"] in PROVIDER_DATES:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return int(value) if field["column"] in NUMBERS else value
