"""Calls to one system: who we are, how often, how long we wait, what is tried again, and what a failure is called."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Collection as AnyOf
from contextlib import contextmanager, suppress
from dataclasses import replace
from http import HTTPStatus

from connectors.http.answers import AnswerError
from connectors.http.auth import Session
from connectors.http.client import Answer, Client, Fault, FaultKind, Request
from connectors.http.errand import Errand
from connectors.http.limits import Meter, backoff, retry_after
from connectors.http.pages import BrokenListingError
from connectors.http.route import LEADS
from connectors.http.templates import TemplateError
from engine.errors import (
    ConnectedSystemError,
    IncompleteReadError,
    RateLimitedError,
    TooLargeError,
    UnauthorisedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from engine.ports import Limits

Result = Answer | Fault

TOO_OFTEN = HTTPStatus.TOO_MANY_REQUESTS
NO_ENTRY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_TRY_AGAIN = frozenset({TOO_OFTEN, *map(HTTPStatus, (500, 502, 503, 504))})
_TRY_AGAIN_FAULTS: frozenset[FaultKind] = frozenset({"no connection", "late", "broken", "half"})

_UNTRUSTED = (
    "no trusted connection could be made: its certificate cannot be verified, or it knows nothing newer than TLS 1.1;"
    " check its address, this machine's clock, and `ca_file` where a college vouches for its own systems"
)
_FAULTS: dict[FaultKind, tuple[type[ConnectedSystemError], str]] = {
    "no connection": (UnreachableError, "no connection could be made; check its address and the network"),
    "internal": (UnreachableError, f"its host {LEADS['internal']}"),
    "barred": (UnreachableError, f"its host {LEADS['barred']}"),
    "untrusted": (UnreachableError, _UNTRUSTED),
    "unsendable": (UnexpectedAnswerError, "the request cannot be sent as the connector file describes it"),
    "late": (UnreachableError, "no whole answer came in time; try again later or raise limits.timeout"),
    "broken": (UnreachableError, "the connection broke off before an answer came; try again later"),
    "half": (UnexpectedAnswerError, "the answer broke off before its end; try again later"),
    "large": (TooLargeError, "an answer is larger than limits.max_body allows; ask for smaller pages or raise it"),
    "garbled": (UnexpectedAnswerError, "the answer is packed in a way that cannot be read"),
}


def is_success(answer: Answer) -> bool:
    """Whether the status is 2xx."""
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def is_too_often(result: Result) -> bool:
    """Whether the system said that we call too often."""
    return isinstance(result, Answer) and result.status == TOO_OFTEN


def is_no_entry(result: Result) -> bool:
    """Whether the system refused who we are or what we may do."""
    return isinstance(result, Answer) and result.status in NO_ENTRY


@contextmanager
def telling(errand: Errand, remedy: str = "; check its connector file") -> Iterator[None]:
    """Turn the faults of the parts that know nothing of systems into faults of the errand."""
    kind: type[ConnectedSystemError] = UnexpectedAnswerError
    try:
        yield
    except (AnswerError, TemplateError) as error:
        what = f"{error}{remedy}"
    except BrokenListingError as error:
        kind, what = IncompleteReadError, f"the listing cannot be trusted: {error}"
    else:
        return
    raise errand.error(kind, what)


class Caller:
    """Sends requests in windows that keep to the limits."""

    def __init__(self, client: Client, session: Session, meter: Meter, limits: Limits) -> None:
        self.meter = meter
        self._client, self._session, self._limits = client, session, limits

    def ask(self, requests: Sequence[Request], errand: Errand, nothing: AnyOf[int] = ()) -> list[Answer]:
        """Answers (2xx or a status of `nothing`) to requests that only read, in their order, tried as often as allowed.

        Raises a ConnectedSystemError.
        """
        return self._ask(requests, errand, nothing, lambda: self.enter(errand))

    def enter(self, errand: Errand) -> None:
        """Log in where it is due. Raises a ConnectedSystemError."""
        if not self._session.due():
            return
        errand = replace(errand, doing="logging in")
        login = self._session.login()
        with telling(errand, "; check its address, its secrets and the authentication in its connector file"):
            request = next(login)
            answer = self._ask([request], errand, (), lambda: None)[0]
            with suppress(StopIteration):
                login.send(answer)

    def exchange(self, requests: Sequence[Request], seconds: float, *, writing: bool = False) -> list[Result]:
        """Send requests once, all at the same time, with the session's headers; there must be room for them."""
        headers = self._session.headers()
        dressed = [replace(request, headers={**request.headers, **headers}) for request in requests]
        results = self._client.exchange(dressed, seconds, writing=writing)
        self.meter.spend(len(requests))
        if any(map(is_no_entry, results)):
            self._session.forget()
        return results

    def room(self, errand: Errand, wanted: int) -> int:
        """How many of the wanted requests may leave now, at least one; waits until then. Raises DeadlineError."""
        while (room := self.meter.room()) == 0:
            errand.wait(max(self.meter.wait(), 0.001))
        return min(wanted, self._limits.concurrency, wanted if room is None else room)

    def wait_after(self, result: Result, errand: Errand, attempt: int) -> float:
        """Seconds to wait after a failed call: what the system asks for, or its window, or the growing pause."""
        said = retry_after(result.retry_after, errand.clock.now()) if isinstance(result, Answer) else None
        if is_too_often(result):
            return said if said is not None else self.meter.per
        return max(backoff(attempt), said or 0.0)

    def _ask(
        self, requests: Sequence[Request], errand: Errand, nothing: AnyOf[int], first: Callable[[], None]
    ) -> list[Answer]:
        done: dict[int, Answer] = {}
        tries = [0] * len(requests)
        waiting = deque(range(len(requests)))
        while waiting:
            first()
            window = [waiting.popleft() for _ in range(self.room(errand, len(waiting)))]
            wait, again = 0.0, []
            for at, result in zip(window, self.exchange([requests[at] for at in window], errand.left()), strict=True):
                if isinstance(result, Answer) and (is_success(result) or result.status in nothing):
                    done[at] = result
                    continue
                tries[at] += 1
                self._give_up(result, errand, last=tries[at] >= self._limits.attempts)
                wait = max(wait, self.wait_after(result, errand, tries[at]))
                again.append(at)
            waiting.extendleft(reversed(again))
            errand.wait(wait)
        return [done[at] for at in range(len(requests))]

    def _give_up(self, result: Result, errand: Errand, *, last: bool) -> None:
        """Raise what a failed call means, unless it may be tried again."""
        if isinstance(result, Fault):
            if last or result.kind not in _TRY_AGAIN_FAULTS:
                raise errand.error(*_FAULTS[result.kind])
        elif last or result.status not in _TRY_AGAIN:
            raise _status_error(result.status, errand)


def _status_error(status: int, errand: Errand) -> ConnectedSystemError:
    if status in NO_ENTRY:
        why = "who we are" if status == HTTPStatus.UNAUTHORIZED else "what we may do"
        return errand.error(UnauthorisedError, f"it refused {why} ({status}); check its secrets and their rights there")
    if status == TOO_OFTEN:
        what = "it kept answering that we call too often (429); try again later or lower limits.calls"
        return errand.error(RateLimitedError, what)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errand.error(UnexpectedAnswerError, f"it failed ({status}); try again later")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        what = f"it sends us elsewhere ({status}), and redirects are not followed; check its address"
        return errand.error(UnexpectedAnswerError, what)
    return errand.error(UnexpectedAnswerError, f"it answered {status}; check the call in its connector file")
