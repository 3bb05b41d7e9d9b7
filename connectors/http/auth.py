"""Logging in: once, again before the session ends, and never two logins at a time."""

import re
from collections.abc import Generator, Mapping

from connectors.http.answers import AnswerError, found_at, is_page, json_of
from connectors.http.client import Answer, Request
from connectors.http.templates import SECRET, header_of, request_of
from engine.ports import Authentication, Clock, Secret

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


class Session:
    """The token that came back from the login, in memory only. Without an authentication there is nothing to do."""

    def __init__(self, authentication: Authentication | None, secrets: Mapping[str, Secret], clock: Clock) -> None:
        self._spec, self._secrets, self._clock = authentication, secrets, clock
        self._headers: dict[str, str] = {}
        self._ends = 0.0

    def __repr__(self) -> str:
        return "<session>"

    def due(self) -> bool:
        """Whether to log in before the next call."""
        return self._spec is not None and (not self._headers or self._clock.monotonic() >= self._ends)

    def login(self) -> Generator[Request, Answer, None]:
        """Yield the login, take its answer and keep the token. Raises AnswerError, TemplateError."""
        if self._spec is None:
            return
        self.forget()
        begun = self._clock.monotonic()
        answer = yield request_of(self._spec.login, secret_values(self._secrets))
        self._headers = {self._spec.header: header_of(self._spec.value, {"token": _token(answer, self._spec.token)})}
        self._ends = begun + self._spec.lasts

    def headers(self) -> Mapping[str, str]:
        """What every call carries; empty where nobody logs in."""
        return self._headers

    def forget(self) -> None:
        """Log in again next time."""
        self._headers = {}


def secret_values(secrets: Mapping[str, Secret]) -> dict[str, object]:
    """The secrets under the names that templates use."""
    return {SECRET + name: secret.reveal() for name, secret in secrets.items()}


def _token(answer: Answer, path: str) -> str:
    if path:
        token = found_at(path, json_of(answer))
    else:
        token = "" if is_page(answer) else answer.body.decode("latin-1").strip()
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise AnswerError("the answer holds no session token")
    return token
