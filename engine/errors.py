"""Every fault that tieline itself raises: it takes facts, writes its own sentence and carries its exit code.

No message holds a value of somebody's record, a secret, or the text of another library's error.
"""

from collections.abc import Sequence
from typing import ClassVar

EXIT_DONE = 0
EXIT_ERROR = 1
EXIT_CHANGES = 2
EXIT_REFUSED = 3
EXIT_PARTLY = 4
EXIT_USAGE = 64


class TielineError(Exception):
    """The root of tieline's faults."""

    exit_code: ClassVar[int] = EXIT_ERROR


class UsageError(TielineError):
    """The command's words do not say what to do."""

    exit_code = EXIT_USAGE


class WorkspaceError(TielineError):
    """The workspace, its settings or its store cannot be used as they are."""


class SecretMissingError(TielineError):
    """A referenced secret is not there."""

    def __init__(self, reference: str, why: str) -> None:
        self.reference, self.why = reference, why
        super().__init__(f"the secret {reference} cannot be read: {why}")


# --- systems ---------------------------------------------------------------------------------------------------------


class ConnectedSystemError(TielineError):
    """A system could not be used; `system` is its name, `doing` what was being done."""

    def __init__(self, system: str, doing: str, what: str) -> None:
        self.system, self.doing, self.what = system, doing, what
        super().__init__(f"{system}, while {doing}: {what}")


class UnreachableError(ConnectedSystemError):
    """No connection could be made, or it broke off."""


class UnauthorisedError(ConnectedSystemError):
    """The system refused who we are (401) or what we may do (403)."""


class RateLimitedError(ConnectedSystemError):
    """The system kept answering that we call too often."""


class UnexpectedAnswerError(ConnectedSystemError):
    """The answer is not of the form that the connector file describes."""


class DeadlineError(ConnectedSystemError):
    """The total time allowed for the work ran out."""


class TooLargeError(ConnectedSystemError):
    """An answer is larger than the connector file allows."""


class IncompleteReadError(ConnectedSystemError):
    """A listing ended before its end, so nothing may be concluded from it."""


class ConnectorMismatchError(ConnectedSystemError):
    """The connector file describes something that the system does not have (a table, a column, an environment)."""


class OverPrivilegedError(ConnectedSystemError):
    """Our account could do more at the system than the settings allow."""

    exit_code = EXIT_REFUSED

    def __init__(self, system: str, why: str) -> None:
        remedy = "give it an account that can only read, or take `read_only: on` out of tieline.yaml"
        super().__init__(system, "checking our account", f"{why}, and the settings say `read_only: on`; {remedy}")


# --- refusals --------------------------------------------------------------------------------------------------------


class RefusedError(TielineError):
    """tieline will not do this as things stand."""

    exit_code = EXIT_REFUSED


class TamperedPlanError(RefusedError):
    """The plan file is not the one that was made."""

    def __init__(self, plan: str, why: str) -> None:
        self.plan, self.why = plan, why
        super().__init__(f"plan {plan} cannot be used: {why}; make a new plan")


class NotApprovedError(RefusedError):
    """No valid approval covers the plan."""

    def __init__(self, plan: str, why: str) -> None:
        self.plan, self.why = plan, why
        super().__init__(f"plan {plan} may not be applied: {why}")


class OutdatedPlanError(RefusedError):
    """Rules, settings, connectors or the store are no longer those that the plan was made from."""

    def __init__(self, plan: str, what: Sequence[str]) -> None:
        self.plan, self.what = plan, tuple(what)
        super().__init__(f"plan {plan} was made from other {' and '.join(self.what)}; make a new plan")


class LimitError(RefusedError):
    """A plan crosses a limit."""

    def __init__(self, plan: str, arithmetic: Sequence[str]) -> None:
        self.plan, self.arithmetic = plan, tuple(arithmetic)
        super().__init__(f"plan {plan} crosses a limit: " + "; ".join(self.arithmetic))


class LeaseError(RefusedError):
    """Another run holds the lease of this provider."""


class NoRightError(RefusedError):
    """This person may not do this."""


class DisabledError(RefusedError):
    """The exchange is switched off in the workspace."""

    def __init__(self, exchange: str) -> None:
        self.exchange = exchange
        super().__init__(
            f"exchange {exchange} is not enabled: set `enabled: on` under exchanges.{exchange} in tieline.yaml"
        )
