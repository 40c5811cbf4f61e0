"""How much may be sent: the size of one file, the room that one person has, and how many files at once."""

from uuid import UUID

from models.errors import N_, Refused
from models.states import UploadState
from models.storage_used import bytes_stored
from models.tables import Upload

MOST_UNFINISHED = 30


class EmptyUpload(Refused):
    """Nothing to keep."""

    words = N_("The file is empty. Choose another one, or record again.")


class UploadTooLarge(Refused):
    """Limits are fixed when the upload begins."""

    words = N_("The file is too large: at most {limit_mb} MB.")


class TooManyUploads(Refused):
    """Protects the disk from a client that runs wild."""

    words = N_("Too many files are waiting to be sent. Let some of them finish first.")


class NoRoomLeft(Refused):
    """Protects the disk from one person who fills it for everybody."""

    words = N_(
        "There is no room for this file: of the {limit_mb} MB that you may store, {used_mb} MB are taken. "
        "Discard recordings that you do not need, or ask the programme staff."
    )


def check_size(size_bytes: int | None, limit_bytes: int) -> None:
    """Refuse a file that is empty or too large; one whose size is not known yet passes."""
    if size_bytes == 0:
        raise EmptyUpload
    if size_bytes is not None and size_bytes > limit_bytes:
        raise UploadTooLarge(limit_mb=limit_bytes // 1_000_000)


async def check_room(owner_id: UUID, size_bytes: int, *, person_limit_bytes: int, besides: UUID | None = None) -> None:
    """Machine's own: refuse what is more than one person may store; `besides` is an upload that is counted anew."""
    used = await bytes_stored(owner_id, besides=besides)
    if used + size_bytes > person_limit_bytes:
        raise NoRoomLeft(limit_mb=person_limit_bytes // 1_000_000, used_mb=used // 1_000_000)


async def check_number(owner_id: UUID) -> None:
    """Machine's own: refuse one unfinished file too many."""
    if await Upload.filter(owner_id=owner_id, state=UploadState.RECEIVING).count() >= MOST_UNFINISHED:
        raise TooManyUploads
