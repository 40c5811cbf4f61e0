"""The machine in numbers: what waits, who works, how fast it writes down speech. It names no student."""

from models.queries.jobs import Machine
from models.states import JobState
from models.tables.jobs import CONVERT, PREPARE, TRANSCRIBE, TRANSLATE
from webapp.components.notices import facts, muted
from webapp.i18n import _, plural, say_length


def machine_facts(machine: Machine) -> None:
    """List them; a speed is said as soon as it was measured."""
    rows = [(kind_words(kind), _counts(machine, kind)) for kind in (TRANSCRIBE, TRANSLATE, PREPARE, CONVERT)]
    if machine.waiting_seconds:
        rows.append((_("Sound to be written down"), say_length(machine.waiting_seconds)))
    for model, pace in machine.paces.items():
        words = _("{pace} times as fast as speech, each worker").format(pace=f"{pace:.1f}")
        rows.append((_("Speed with {model}").format(model=model), words))
    rows.append((_("At work"), ", ".join(machine.workers) or _("nobody at the moment")))
    facts(rows)
    if machine.workers_lost:
        muted(
            plural(
                "{count} time in the last seven days, a worker was lost in the middle of its work.",
                "{count} times in the last seven days, a worker was lost in the middle of its work.",
                machine.workers_lost,
            )
        )


def kind_words(kind: str) -> str:
    """Name a kind of job."""
    return {
        PREPARE: _("Preparing files"),
        CONVERT: _("Second copies for other browsers"),
        TRANSCRIBE: _("Writing down speech"),
        TRANSLATE: _("Translating speech into English"),
    }.get(kind, kind)


def _counts(machine: Machine, kind: str) -> str:
    names = {
        JobState.RUNNING: _("{count} running"),
        JobState.QUEUED: _("{count} waiting"),
        JobState.FAILED: _("{count} given up"),
    }
    said = [
        words.format(count=count) for state, words in names.items() if (count := machine.counts.get((kind, state), 0))
    ]
    return ", ".join(said) or _("nothing")
