"""What a person is told by e-mail, and how often: one choice for each topic that concerns them."""

import asyncio
from uuid import UUID

from nicegui import ui

from models.actions import notices as actions
from models.permissions import Actor
from models.queries import notices as queries
from models.tables.notices import How, Topic
from webapp.components.notices import card, muted
from webapp.components.this_device import ThisDevice
from webapp.errors import told
from webapp.i18n import _
from webapp.push_service import PushKey
from webapp.runtime import pages_runtime
from webapp.session import current_actor
from webapp.telling import how_words, topic_words


async def told_how(actor: Actor, session_id: UUID) -> None:
    """Offer the choices; each is kept as soon as it is made."""
    with card(_("What you are told, and how")):
        muted(_("Everything stands among your notices here in any case. An e-mail is a sentence and a link."))
        for topic, chosen in (await queries.choices(actor)).items():
            _choice(topic, chosen)
        key = await asyncio.to_thread(PushKey.of, pages_runtime().settings.data_folder)
        ThisDevice(key.public, is_known=await queries.is_told(session_id))
        ui.link(_("Your notices"), "/notices")


def _choice(topic: Topic, chosen: queries.Chosen) -> None:
    @told
    async def choose() -> None:
        on_devices = bool(devices.value)
        await actions.choose(topic, How(select.value), on_devices=on_devices, actor=await current_actor())
        ui.notify(_("Saved"), type="positive")

    names = {one.value: how_words(one) for one in How}
    select = ui.select(names, label=topic_words(topic), value=chosen.how.value, on_change=choose)
    select.props(f"outlined data-test=told-{topic}").classes("w-full")
    devices = ui.checkbox(_("Also on devices that may tell me"), value=chosen.on_devices, on_change=choose)
    devices.props(f"data-test=devices-{topic}")
    devices.props["aria-label"] = _("Also on devices that may tell me: {topic}").format(topic=topic_words(topic))
