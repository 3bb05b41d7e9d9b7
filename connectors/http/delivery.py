"""Sending a window of journalled intents: each once, several at a time, and no more of them once it is pointless."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from connectors.http.calls import Caller, Result, is_no_entry, is_success, is_too_often
from connectors.http.client import NOT_SENT, Answer, Fault, Request
from connectors.http.errand import Errand
from connectors.http.templates import TemplateError
from connectors.http.writes import CannotSendError, outcome_of, request_for, write_of
from connectors.lookup import collection_of
from connectors.wire import UnwritableValueError
from engine.errors import ConnectedSystemError, UnauthorisedError
from engine.ports import Collection, ConnectorSpec, Intent, Outcome, Verdict

_NO_ENTRY = "halted before it was sent: the system refuses who we are or what we may do"
_NO_CONNECTION = "halted before it was sent: no connection could be made"


class Delivery:
    """Writes begin one at a time and spread while all goes well: 1, 2, 4, … up to the system's concurrency."""

    def __init__(self, spec: ConnectorSpec, caller: Caller) -> None:
        self._spec, self._caller = spec, caller
        self._width = 1

    def send(self, window: Sequence[Intent], errand: Errand) -> Iterator[Outcome]:
        """One outcome for each intent, in any order. Raises ConnectorMismatchError for an unknown collection."""
        waiting: deque[tuple[Intent, Request]] = deque()
        for intent in window:
            try:
                waiting.append((intent, request_for(self._collection(intent, errand), intent)))
            except (CannotSendError, TemplateError, UnwritableValueError) as error:
                yield _outcome(intent, "refused", str(error))
        while waiting:
            try:
                self._caller.enter(errand)
                count = self._caller.room(errand, min(len(waiting), self._width))
            except ConnectedSystemError as error:
                yield from _unsent([intent for intent, _ in waiting], error)
                return
            some = [waiting.popleft() for _ in range(count)]
            results = self._caller.exchange([request for _, request in some], self._spec.limits.timeout, writing=True)
            halted = self._learn(results, errand)
            for (intent, _), result in zip(some, results, strict=True):
                yield self._outcome(intent, result, errand)
            if halted:
                yield from (_outcome(intent, "not_sent", halted) for intent, _ in waiting)
                return

    def _collection(self, intent: Intent, errand: Errand) -> Collection:
        return collection_of(self._spec, intent.collection, errand.doing)

    def _learn(self, results: Iterable[Result], errand: Errand) -> str:
        """Spread or draw in, wait where the system asks for it, and say why to halt, if so."""
        halted, well = "", True
        for result in results:
            well = well and isinstance(result, Answer) and is_success(result)
            if is_no_entry(result):
                halted = _NO_ENTRY
            elif isinstance(result, Fault) and result.kind in NOT_SENT:
                halted = halted or _NO_CONNECTION
            elif is_too_often(result):
                self._caller.meter.pause(self._caller.wait_after(result, errand, 1))
        self._width = min(self._width * 2, self._spec.limits.concurrency) if well else 1
        return halted

    def _outcome(self, intent: Intent, result: Result, errand: Errand) -> Outcome:
        write = write_of(self._collection(intent, errand), intent)
        outcome = outcome_of(intent, write, result, self._spec.error_message)
        if is_too_often(result):
            return replace(outcome, retry_after=self._caller.wait_after(result, errand, 1))
        return outcome


def _unsent(intents: Sequence[Intent], error: ConnectedSystemError) -> Iterator[Outcome]:
    """Nothing can be sent. Where the login was refused, the first intent says so, which halts the run."""
    for at, intent in enumerate(intents):
        refused = isinstance(error, UnauthorisedError) and at == 0
        verdict: Verdict = "unauthorised" if refused else "not_sent"
        yield _outcome(intent, verdict, f"not sent, while {error.doing}: {error.what}")


def _outcome(intent: Intent, verdict: Verdict, detail: str) -> Outcome:
    return Outcome(intent.change, intent.attempt, verdict, detail)
