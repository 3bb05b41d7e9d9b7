"""Paging: generators that yield requests and take the rows that came back. They do no input or output of their own."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from connectors.http.answers import Row
from connectors.http.client import Request
from engine.ports import Paging

_ROUND = 10

Rows = Sequence[Row]
Walk = Generator[Sequence[Request], Sequence[Rows], None]
"""One listing from its beginning to its end: yields requests that may go out together, takes their rows in order."""


class BrokenListingError(ValueError):
    """A listing does not end as it should. The message holds no value."""


_Active = deque[tuple[Walk, Sequence[Request]]]


def one_page(request: Request) -> Walk:
    """A listing that comes in one answer."""
    yield [request]


def numbered_pages(ask: Callable[[int], Request], paging: Paging, widest: int, most: int) -> Walk:
    """Numbered pages, asked for in windows of 1, 2, 4, … up to `widest`, until one is short or empty.

    A first page that is short by a round number may have been cut by a server that gives smaller pages than asked: only
    then one page more is asked for. `most` is how many pages a listing may have. Raises BrokenListingError.
    """
    number, width, before = paging.first, 1, None
    while number - paging.first < most:
        width = min(width, most - (number - paging.first))
        pages = yield [ask(number + step) for step in range(width)]
        for at, rows in enumerate(pages):
            if before and rows == before:
                raise BrokenListingError("the same page came twice, as if the page number were ignored")
            if len(rows) < paging.size:
                _check_the_end(pages[at + 1 :])
                if number == paging.first and rows and len(rows) % _ROUND == 0:
                    _check_the_end((yield [ask(number + 1)]))
                return
            before = rows
        number, width = number + width, min(width * 2, widest)
    raise BrokenListingError(f"it did not end within {most} pages (limits.max_pages in the connector file)")


def together(walks: Iterable[Walk], widest: int) -> Walk:
    """Several listings at once, with at most `widest` requests in flight (one listing's window is never split)."""
    new, active = iter(walks), _Active()
    while batch := _next_batch(new, active, widest):
        answers = deque((yield [request for _, requests in batch for request in requests]))
        for walk, requests in batch:
            try:
                active.append((walk, walk.send([answers.popleft() for _ in requests])))
            except StopIteration:
                continue


def _next_batch(new: Iterator[Walk], active: _Active, widest: int) -> list[tuple[Walk, Sequence[Request]]]:
    """Windows that go out together, taken from the active listings; new ones are begun only where there is room."""
    batch: list[tuple[Walk, Sequence[Request]]] = []
    room = widest
    while room > 0:
        if not active:
            walk = next(new, None)
            if walk is None:
                break
            active.append((walk, next(walk)))
        if batch and len(active[0][1]) > room:
            break
        room -= len(active[0][1])
        batch.append(active.popleft())
    return batch


def _check_the_end(later: Sequence[Rows]) -> None:
    if any(later):
        what = "a page after a short one has rows; it changed meanwhile, or its pages are smaller than paging.size says"
        raise BrokenListingError(what)
