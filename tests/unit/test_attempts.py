"""What may be done next with a change: every verdict, history and delivery class."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from engine.attempts import ATTEMPTS, Attempt, Fresh
from engine.ledger.journal import History
from engine.plan.model import Change
from engine.ports import Call, DeliveryClass, Intent, Outcome, Verdict, Write
from tests.unit.ledger.scenario import NOON
from tests.unit.plan.plans import field, update

CLASSES: tuple[DeliveryClass, ...] = get_args(DeliveryClass)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
PLANNED = update("1", "9", field(before="QQ111111A", after="QQ222222B"))
SAME = Fresh(PLANNED, {"Name": "raw"})
SEVEN: list[Verdict] = ["unknown"] * 7
OTHER = Fresh(update("1", "9", field(before="QQ333333C", after="QQ222222B")), {})
HELD = Fresh(replace(PLANNED, fields=(), hold="link_shared"), {})
REMAINS: tuple[Fresh | None, ...] = (None, SAME, OTHER, HELD)


def write(delivery: DeliveryClass = "C", settle: float = 2.0) -> Write:
    return Write(Call("POST", "/"), delivery, settle)


def outcome(verdict: Verdict, attempt: int = 1, retry_after: float | None = None) -> Outcome:
    return Outcome(PLANNED.id, attempt, verdict, retry_after=retry_after)


def intent(attempt: int) -> Intent:
    return Intent(PLANNED.id, attempt, "update", "learners", "9", {"Name": "x"})


def history(*verdicts: Verdict | None) -> History:
    """A journal of attempts and their outcomes; None: cut before an outcome was written."""
    intents = tuple(intent(at) for at, _ in enumerate(verdicts, 1))
    outcomes = tuple(outcome(verdict, at) for at, verdict in enumerate(verdicts, 1) if verdict is not None)
    return History(intents, outcomes, None, NOON)


def begun(delivery: DeliveryClass, *verdicts: Verdict | None, here: int = 0) -> Attempt:
    """An attempt as an earlier process left it."""
    found = Attempt.of(PLANNED, history(*verdicts) if verdicts else None, write(delivery))
    found.here = here
    return found


def state(attempt: Attempt, fresh: Fresh | None) -> str:
    """What the record's present state makes of an attempt: a closing's state, or `send` or `look`."""
    closing = attempt.standing(fresh, NOON)
    if closing is not None:
        assert closing.change == PLANNED.id
        assert "QQ" not in closing.detail
        return closing.state
    return "send" if attempt.to_send else "look"


# last journalled verdict | gone | same | moved | held — what comes next, for A, B, C, S; class D stands below it.
STANDING = """
nothing      | already | send    | stale  | stale
accepted     | done    | look    | failed | failed
refused      | already | send    | stale  | stale
conflict     | done    | send    | stale  | stale
not_sent     | already | send    | stale  | stale
unauthorised | already | send    | stale  | stale
unknown      | done    | send    | stale  | stale
cut          | done    | send    | stale  | stale
"""
FOR_D = {"unknown": "unknown", "cut": "unknown"}
"""What was perhaps taken in is not sent again, whatever has moved since."""


def _standing() -> list[tuple[DeliveryClass, str, int, str]]:
    found: list[tuple[DeliveryClass, str, int, str]] = []
    for line in STANDING.strip().splitlines():
        verdict, *told = (part.strip() for part in line.split("|"))
        for delivery in CLASSES:
            for at, one in enumerate(told):
                found.append((delivery, verdict, at, FOR_D.get(verdict, one) if delivery == "D" and at else one))
    return found


@pytest.mark.parametrize(("delivery", "verdict", "fresh", "wanted"), _standing())
def test_standing(delivery: DeliveryClass, verdict: str, fresh: int, wanted: str) -> None:
    """Every class, last verdict and present state of the record: closed, sent or looked for once more."""
    verdicts: dict[str, tuple[Verdict | None, ...]] = {"nothing": (), "cut": (None,)}
    given = verdicts.get(verdict, (verdict,))
    assert state(begun(delivery, *given), REMAINS[fresh]) == wanted


def test_the_table_above_is_whole() -> None:
    """Every verdict stands in it."""
    assert {row[1] for row in _standing()} == {*VERDICTS, "nothing", "cut"}
    assert len(_standing()) == 8 * 4 * 5


@pytest.mark.parametrize("later", ["not_sent", "refused", "conflict", "unauthorised"])
@pytest.mark.parametrize("delivery", CLASSES)
def test_what_was_perhaps_sent_once_stays_so(delivery: DeliveryClass, later: Verdict) -> None:
    """A resend that was not taken in does not unsend the first: found means done, and class D is never sent again."""
    firsts: tuple[Verdict | None, ...] = ("unknown", None, "accepted")
    for first in firsts:
        assert state(begun(delivery, first, later), None) == "done"
        assert state(begun(delivery, first, later), SAME) == ("unknown" if delivery == "D" else "send")


@pytest.mark.parametrize("delivery", CLASSES)
def test_numbers_go_on_where_the_journal_stopped(delivery: DeliveryClass) -> None:
    """An attempt's number is never used twice, whoever resumes."""
    assert begun(delivery).number == 0
    assert begun(delivery, "unknown", "unknown", None).number == 3


@pytest.mark.parametrize("delivery", CLASSES)
def test_an_accepted_write_is_looked_for_twice(delivery: DeliveryClass) -> None:
    """First at once, then after its settle time, then it has failed; it is never sent again."""
    attempt = begun(delivery, "accepted")
    assert attempt.wait(NOON) == 0
    assert state(attempt, SAME) == "look"
    assert attempt.wait(NOON) == 2.0
    assert state(attempt, SAME) == "failed"


@pytest.mark.parametrize("delivery", ["A", "B", "C", "S"])
def test_sending_again_ends(delivery: DeliveryClass) -> None:
    """After so many sendings in one run the change has failed; a later run may try again."""
    assert state(begun(delivery, "unknown", here=ATTEMPTS - 1), SAME) == "send"
    assert state(begun(delivery, "unknown", here=ATTEMPTS), SAME) == "failed"
    assert state(begun(delivery, "unknown", here=ATTEMPTS), None) == "done"
    assert state(begun(delivery, *SEVEN), SAME) == "send"


def test_the_raw_record_is_taken_along_to_the_write() -> None:
    """A conditional write needs the values as the system last showed them."""
    attempt = begun("B")
    assert attempt.standing(SAME, NOON) is None
    assert attempt.raw == {"Name": "raw"}


@pytest.mark.parametrize("delivery", CLASSES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_taking_in_an_outcome(delivery: DeliveryClass, verdict: Verdict) -> None:
    """A refusal settles a first attempt, the rest needs a look; only two verdicts may mean that it went."""
    attempt = begun(delivery, here=1)
    closing = attempt.take(outcome(verdict), NOON)
    told = {"refused": "failed"}
    assert (closing.state if closing else None) == told.get(verdict)
    assert attempt.sent == (verdict in {"accepted", "unknown"})
    assert attempt.to_send == (verdict != "accepted")
    assert (attempt.verdict, attempt.known_at) == (verdict, NOON)


def test_our_own_earlier_write_is_no_conflict() -> None:
    """Class B: what stands in the way of a resend may be the first sending that came late: read, and it is done."""
    attempt = begun("B", "unknown", here=1)
    assert attempt.take(outcome("conflict"), NOON) is None
    assert state(attempt, None) == "done"
    assert state(attempt, OTHER) == "stale"
    assert state(attempt, SAME) == "send"


def test_a_write_that_was_delivered_twice_is_its_own_conflict() -> None:
    """Class B: the answer is that of the second delivery, refused for what the first one did. A look shows that."""
    attempt = begun("B", here=1)
    assert attempt.take(outcome("conflict"), NOON) is None
    assert state(attempt, None) == "done"
    assert state(attempt, OTHER) == "stale"


def test_a_record_in_the_way_of_a_new_one_ends_its_create() -> None:
    """There is nothing to look at: the create is stale, unless an earlier request may have made that record."""
    attempt = created("D")
    closing = attempt.take(outcome("conflict"), NOON)
    assert closing is not None
    assert closing.state == "stale"
    assert created("A", "unknown").take(outcome("conflict"), NOON) is None


def test_not_taken_in_again_and_again() -> None:
    """It may be sent so often as the limit says, then it has failed."""
    for here in range(1, ATTEMPTS):
        assert begun("C", here=here).take(outcome("not_sent"), NOON) is None
    closing = begun("C", here=ATTEMPTS).take(outcome("not_sent"), NOON)
    assert closing is not None
    assert closing.state == "failed"


def test_a_closing_says_what_the_system_said() -> None:
    """The outcome's own sentence, else ours."""
    said = begun("C").take(replace(outcome("refused"), detail="it refused the write (422)"), NOON)
    assert said is not None
    assert said.detail == "it refused the write (422)"
    silent = begun("C").take(outcome("refused"), NOON)
    assert silent is not None
    assert silent.detail


@pytest.mark.parametrize("verdict", VERDICTS)
def test_waiting(verdict: Verdict) -> None:
    """Unknown: until the settle time has passed since then; not sent: what was asked for, else longer each time."""
    attempt = begun("C", here=1)
    attempt.take(outcome(verdict), NOON)
    after = [attempt.wait(NOON + timedelta(seconds=seconds)) for seconds in (0, 1.5, 2, 60)]
    assert after == {"unknown": [2.0, 0.5, 0, 0], "not_sent": [1, 1, 1, 1]}.get(verdict, [0, 0, 0, 0])


def test_waiting_for_a_system_that_is_busy() -> None:
    """Its own word counts, be it nought; without one the pause doubles."""
    asked = begun("C", here=1)
    asked.take(outcome("not_sent", retry_after=30.0), NOON)
    assert asked.wait(NOON) == 30
    asked.take(outcome("not_sent", retry_after=0.0), NOON)
    assert asked.wait(NOON) == 0
    pauses = []
    for here in (1, 2, 3):
        attempt = begun("C", here=here)
        attempt.take(outcome("not_sent"), NOON)
        pauses.append(attempt.wait(NOON))
    assert pauses == [1, 2, 4]
    assert begun("C", "not_sent").wait(NOON) == 1


@pytest.mark.covers("T1", part="what another process sent")
@pytest.mark.parametrize("since", [timedelta(seconds=0.5), timedelta(days=1), timedelta(days=-1)])
def test_after_a_cut_the_settle_time_runs_anew(since: timedelta) -> None:
    """What an earlier process sent may still be on its way, and no clock can be trusted to say for how long."""
    attempt = begun("C", None)
    assert attempt.wait(NOON + since) == 2.0
    assert begun("C").wait(NOON + since) == 0


def moved(fresh: Change) -> str:
    closing = begun("C").standing(Fresh(fresh, {}), NOON)
    assert closing is not None
    return closing.detail


def test_a_stale_change_names_its_fields_and_no_values() -> None:
    """Those that differ in value, input or hold, those that came and went; a record's hold by its reason."""
    one, two = field("surname"), field("town")
    planned = update("1", "9", one, two)
    attempt = Attempt.of(planned, None, write())
    for fields, told in (
        ((one, replace(two, after="QQ")), "town moved"),
        ((replace(one, read="x"), two), "surname moved"),
        ((one,), "town moved"),
        ((one, two, field("code")), "code moved"),
        ((replace(one, held=True), replace(two, before=None)), "surname, town moved"),
    ):
        closing = attempt.standing(Fresh(update("1", "9", *fields), {}), NOON)
        assert closing is not None
        assert closing.detail == f"{told} since the plan was made"
    assert moved(HELD.change) == "the record (link_shared) moved since the plan was made"
    unsettled = begun("C", "accepted").standing(OTHER, NOON)
    assert unsettled is not None
    assert unsettled.detail == "it does not settle: name came back other than it was sent"


# --- creates: only the answer tells the new record's key -------------------------------------------------------------

CREATE = replace(PLANNED, action="create", provider_id=None, delivery="D")
HOUR = timedelta(hours=1)


def created(delivery: DeliveryClass, *verdicts: Verdict | None, keeps: float = 24) -> Attempt:
    """A create as an earlier process left it."""
    journal = replace(history(*verdicts), first_at=NOON) if verdicts else None
    return Attempt.of(CREATE, journal, replace(write(delivery), keeps=keeps))


@pytest.mark.parametrize("verdicts", [("unknown",), (None,), ("unknown", "not_sent"), (None, "conflict")])
def test_a_create_asks_again_where_the_system_knows_it_again(verdicts: tuple[Verdict | None, ...]) -> None:
    """Sent without an answer: A within its hours and S for ever ask again under the same key, D never."""
    for hours, wanted in ((0, True), (21.5, True), (21.7, False), (24, False), (-1, False)):
        assert created("A", *verdicts).asks_again(NOON + hours * HOUR) is wanted
        assert created("S", *verdicts).asks_again(NOON + hours * HOUR) is True
        assert created("D", *verdicts).asks_again(NOON + hours * HOUR) is False


@pytest.mark.parametrize("verdicts", [(), ("refused",), ("not_sent",), ("unknown", "accepted")])
def test_a_create_that_was_not_taken_in_or_is_known_does_not_ask(verdicts: tuple[Verdict | None, ...]) -> None:
    """Nothing was taken in, so it is looked at anew; or the answer is there, so there is nothing to ask."""
    assert not any(created(one, *verdicts).asks_again(NOON) for one in CLASSES)


@pytest.mark.parametrize("delivery", ["A", "B", "C", "D"])
def test_a_create_beyond_its_hours_is_never_sent_again(delivery: DeliveryClass) -> None:
    """What cannot be asked for any more and does not show is unknown: a person has to look."""
    closing = created(delivery, "unknown").standing(Fresh(CREATE, {}), NOON + 48 * HOUR)
    assert closing is not None
    assert closing.state == "unknown"


@pytest.mark.parametrize("delivery", CLASSES)
def test_a_create_that_may_be_there_is_unknown_though_its_source_has_moved(delivery: DeliveryClass) -> None:
    """Never stale: a stale change is planned again, with the new values, and then the record would be there twice."""
    moved = Fresh(replace(OTHER.change, action="create", provider_id=None), {})
    held = Fresh(replace(HELD.change, action="create", provider_id=None), {})
    for fresh in (moved, held, replace(moved, wanted=False)):
        closing = created(delivery, "unknown").standing(fresh, NOON)
        assert closing is not None
        assert closing.state == "unknown"


@pytest.mark.parametrize("later", ["refused", "not_sent"])
def test_a_no_does_not_unsay_a_create(later: Verdict) -> None:
    """Asked again in vain until the end: unknown, and not failed, for the first request may have made the record."""
    attempt = created("A", "unknown")
    attempt.here = ATTEMPTS
    closing = attempt.take(outcome(later), NOON)
    assert closing is not None
    assert closing.state == "unknown"
    never_sent = created("A")
    never_sent.here = ATTEMPTS
    refused = never_sent.take(outcome(later), NOON)
    assert refused is not None
    assert refused.state == "failed"


def test_asking_again_ends() -> None:
    """Asked as often as one run may: unknown; the pauses between grow."""
    attempt = created("A", "unknown")
    assert attempt.standing(Fresh(CREATE, {}), NOON) is None
    waits = []
    for here in (0, 1, 2):
        attempt.here = here
        waits.append(attempt.wait(NOON))
    assert waits == [0.0, 1.0, 2.0]
    attempt.here = ATTEMPTS
    closing = attempt.standing(Fresh(CREATE, {}), NOON)
    assert closing is not None
    assert closing.state == "unknown"
