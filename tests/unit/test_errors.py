"""Every fault of ours carries its exit code and writes its own sentence."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import engine
from engine import errors
from engine.errors import (
    ConnectedSystemError,
    DisabledError,
    LimitError,
    NotApprovedError,
    OutdatedPlanError,
    RefusedError,
    SecretMissingError,
    TamperedPlanError,
    TielineError,
    UsageError,
)

CODES = {
    "TielineError": 1,
    "UsageError": 64,
    "WorkspaceError": 1,
    "SecretMissingError": 1,
    "ConnectedSystemError": 1,
    "UnreachableError": 1,
    "UnauthorisedError": 1,
    "RateLimitedError": 1,
    "UnexpectedAnswerError": 1,
    "DeadlineError": 1,
    "TooLargeError": 1,
    "IncompleteReadError": 1,
    "ConnectorMismatchError": 1,
    "OverPrivilegedError": 3,
    "RefusedError": 3,
    "TamperedPlanError": 3,
    "NotApprovedError": 3,
    "OutdatedPlanError": 3,
    "LimitError": 3,
    "LeaseError": 3,
    "NoRightError": 3,
    "DisabledError": 3,
}


def test_every_fault_has_its_documented_exit_code() -> None:
    """The list is whole: a new fault needs a line here, and so a thought about its exit code."""
    found = {
        name: value.exit_code
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, TielineError)
    }
    assert found == CODES


def faults(above: type[TielineError]) -> Iterator[type[TielineError]]:
    for fault in above.__subclasses__():
        yield fault
        yield from faults(fault)


def test_a_fault_of_another_module_is_an_error_or_a_refusal() -> None:
    """Faults that are defined elsewhere end with 1 or, where they are refusals, with 3."""
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = [fault for fault in faults(TielineError) if fault.__module__.startswith("engine.")]
    others = [fault for fault in ours if fault.__module__ != "engine.errors"]
    assert others
    for fault in others:
        assert fault.exit_code == (3 if issubclass(fault, RefusedError) else 1), fault


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (SecretMissingError("env:T", "it is not there"), "the secret env:T cannot be read: it is not there"),
        (ConnectedSystemError("portal", "listing users", "no answer"), "portal, while listing users: no answer"),
        (TamperedPlanError("7f", "a bit is wrong"), "plan 7f cannot be used: a bit is wrong; make a new plan"),
        (NotApprovedError("7f", "nobody has"), "plan 7f may not be applied: nobody has"),
        (
            OutdatedPlanError("7f", ["rules", "settings"]),
            "plan 7f was made from other rules and settings; make a new plan",
        ),
        (LimitError("7f", ["a", "b"]), "plan 7f crosses a limit: a; b"),
        (
            DisabledError("portal"),
            "exchange portal is not enabled: set `enabled: on` under exchanges.portal in tieline.yaml",
        ),
        (UsageError("say what"), "say what"),
    ],
)
def test_a_fault_writes_its_own_sentence(fault: TielineError, sentence: str) -> None:
    """Facts go in, one sentence comes out, without a full stop."""
    assert str(fault) == sentence
