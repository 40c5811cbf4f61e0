"""Taking evidence of an activity away again."""

from datetime import datetime

from tortoise.transactions import in_transaction

from models.actions.events import record
from models.errors import N_, Refused, WrongState
from models.permissions import Actor, may_add_evidence, require
from models.states import GIVES_EVIDENCE_BACK, EnrolmentState, MediaState, UploadState
from models.tables import Activity, Job, MediaItem, Upload
from models.tables.jobs import PREPARE
from models.tables.media import REMOVED, Purpose


class EvidenceInUse(Refused):
    """What somebody decides on, or has decided on, stays."""

    words = N_("This activity is reported or decided, so its evidence stays. You can still add a better file.")


async def remove(media: MediaItem, *, actor: Actor, at: datetime) -> None:
    """Take a file of evidence away while the activity is open or withdrawn.

    Nobody is shown it any more; the record of it stays.
    """
    require(media.purpose is Purpose.EVIDENCE and media.activity_id is not None)
    activity = await Activity.get(id=media.activity_id).select_related("enrolment")
    require(may_add_evidence(actor, activity) and media.owner_id == actor.person_id)
    async with in_transaction():
        if not await Activity.exists(
            id=activity.id, state__in=GIVES_EVIDENCE_BACK, enrolment__state=EnrolmentState.ACTIVE
        ):
            raise EvidenceInUse
        before = await MediaItem.get(id=media.id)
        if before.refusal_code == REMOVED:
            raise WrongState
        await MediaItem.filter(id=media.id).update(state=MediaState.REFUSED, refusal_code=REMOVED, refusal_arguments={})
        # The sweep throws unfinished bytes away, and the child that prepares a file is stopped.
        await Upload.filter(id=media.id, state=UploadState.RECEIVING).update(state=UploadState.EXPIRED)
        await Job.filter(kind=PREPARE, subject=str(media.id)).update(cancel_requested=True)
        await record("remove_evidence", media, by=actor.person_id, at=at, activity=activity.id, was=before.state.value)
