"""Who asks /api/v1, and how much they may send."""

from fastapi import Request, Response

from webapp.i18n import language_of, use_language
from webapp.session import SignedIn, signed_in

LARGEST_BODY_BYTES = 2_000_000
"""The longest text with all its posts fits in easily; files go to /uploads."""


def private(response: Response) -> None:
    """Let no browser and no proxy keep what one person was told."""
    response.headers["Cache-Control"] = "private, no-store"


async def asking(request: Request) -> SignedIn:
    """Load who asks, and speak their language in what follows."""
    me = await signed_in(request)
    use_language(language_of(request, me.person.language))
    return me
