"""Words for rows that several screens and answers name."""

from media.probe import words_of as words_of_file_refusal
from models.states import MediaState
from models.tables import MediaItem, Reflection
from models.tables.media import UPLOAD_EXPIRED
from webapp.i18n import _, pick_title


def title_of(reflection: Reflection) -> str:
    """Name a reflection after its activity."""
    return _("Final reflection") if reflection.activity is None else pick_title(reflection.activity)


def refusal_words(media: MediaItem) -> str | None:
    """Say why a file cannot be used; None when it can, or when that is not known yet."""
    if media.state is not MediaState.REFUSED:
        return None
    if media.refusal_code == UPLOAD_EXPIRED:
        return _("The upload was never finished.")
    return _(words_of_file_refusal(media.refusal_code)).format_map(media.refusal_arguments)
