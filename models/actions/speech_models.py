"""Which speech model writes down which language; a job that begins afterwards uses it, without a restart."""

from collections.abc import Collection
from datetime import datetime

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_see_machine, require
from models.tables import SpeechModel

LONGEST_LANGUAGE = 8


class NoSuchModel(Refused):
    """A model is chosen among those that lie on the machine."""

    words = N_("There is no speech model {name} on this machine.")


async def choose(language: str, model: str, *, models: Collection[str], actor: Actor, at: datetime) -> None:
    """Choose the model for a language, or with an empty language for all others; an empty model is the default one.

    `models` are those of this machine.
    """
    require(may_see_machine(actor))
    if model and model not in models:
        raise NoSuchModel(name=model)
    if len(language) > LONGEST_LANGUAGE:
        raise WrongState
    async with in_transaction():
        known = await SpeechModel.get_or_none(language=language)
        if not model:
            if known is not None:
                await record("forget_speech_model", known, by=actor.person_id, at=at, language=language)
                await SpeechModel.filter(id=known.id).delete()
            return
        chosen, _ = await SpeechModel.update_or_create(
            {"model": model, "changed_by_id": actor.person_id, "changed_at": at}, language=language
        )
        await record("choose_speech_model", chosen, by=actor.person_id, at=at, language=language, model=model)
