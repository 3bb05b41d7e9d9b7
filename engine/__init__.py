"""tieline's engine: rule files in, reviewed and applied change plans out.

The public verbs, loaded when they are first asked for: `load_rules`, `check_rules`, `make_plan`, `approve_plan`,
`apply_plan`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.rules.check import check_rules
    from engine.service.applying import apply_plan, approve_plan
    from engine.service.loading import load_rules
    from engine.service.planning import make_plan

__all__ = ["apply_plan", "approve_plan", "check_rules", "load_rules", "make_plan"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  a verb of any signature; type checkers see the imports above
    homes = {
        "apply_plan": "engine.service.applying",
        "approve_plan": "engine.service.applying",
        "check_rules": "engine.rules.check",
        "load_rules": "engine.service.loading",
        "make_plan": "engine.service.planning",
    }
    if name in homes:
        return getattr(import_module(homes[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
