"""Named points at which a test may kill the process.

`TIELINE_CRASH_AT` selects one: a name (`journal.intent.committed`), a name with the pass at which to die
(`journal.intent.committed#3`) or a number (`12`: the twelfth point reached, whichever it is). With `stop:` before it
the process is stopped there (SIGSTOP) and may be let go on. Without the variable every point costs one comparison.
"""

import os
import signal

POINTS: dict[str, str] = {
    "plan.file.writing": "the plan's lines are being written to a file beside the final one",
    "plan.file.written": "the plan file has its final name, the store does not know it yet",
    "plan.stored": "the store knows the plan",
    "approval.before": "an approval is about to be stored",
    "approval.committed": "an approval is stored",
    "link.before": "links are about to be stored",
    "link.committed": "links are stored",
    "word.before": "what a person said of a hold or of two records is about to be stored",
    "word.committed": "what a person said is stored",
    "run.begun": "a run has its row and holds the lease, nothing was read",
    "run.read": "a window of changes was read again, nothing is journalled",
    "journal.intent.before": "intents are about to be committed",
    "journal.intent.committed": "intents are durable, nothing was sent",
    "writer.send.before": "one request is about to leave",
    "writer.send.after": "one answer has come back, nothing is journalled",
    "journal.outcome.before": "outcomes are about to be committed",
    "journal.outcome.committed": "outcomes are durable, nothing was read back",
    "run.readback": "a window was read back, its proof is not journalled",
    "journal.proof.committed": "the proof of a window is durable",
    "run.finished": "the run is marked as finished",
    "store.commit.before": "the store is about to commit, whatever it is",
    "store.committed": "the store has committed, whatever it was",
}

_STOP = "stop:"
_target = os.environ.get("TIELINE_CRASH_AT", "")
_passes: dict[str, int] = {}


def crashpoint(name: str) -> None:
    """Kill (or stop) this process where the environment asks for it at this point; else do nothing."""
    if _target:
        _count(name)


def _count(name: str) -> None:
    if name not in POINTS:
        message = f"crash point {name!r} is not listed"
        raise LookupError(message)
    _passes[name] = _passes.get(name, 0) + 1
    wanted, _, turn = _target.removeprefix(_STOP).partition("#")
    if wanted.isdigit():
        hit = sum(_passes.values()) == int(wanted)
    else:
        hit = name == wanted and _passes[name] == int(turn or "1")
    if hit:
        os.kill(os.getpid(), signal.SIGSTOP if _target.startswith(_STOP) else signal.SIGKILL)
