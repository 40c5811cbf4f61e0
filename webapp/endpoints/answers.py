"""How plain HTTP answers a refusal, and the checks that every request passes."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from media import turns
from media import uploads as media_uploads
from models.actions import reflections, upload_limits
from models.errors import NotAllowed, Refused, WrongState
from models.settings import Settings
from webapp.errors import words_of
from webapp.i18n import language_of, use_language
from webapp.plain import POLICY
from webapp.session import NotSignedIn, TooManyTries, signed_in

_STATUS: dict[type[Refused], int] = {
    NotSignedIn: 401,
    NotAllowed: 404,
    WrongState: 409,
    reflections.NewerDraft: 409,
    media_uploads.WrongOffset: 409,
    turns.UploadBusy: 423,
    media_uploads.ChecksumDiffers: 460,
    media_uploads.TooManyBytes: 413,
    media_uploads.DiskFull: 507,
    upload_limits.UploadTooLarge: 413,
    upload_limits.NoRoomLeft: 413,
    upload_limits.TooManyUploads: 429,
    TooManyTries: 429,
}
_CHANGES_NOTHING = {"/capture/share"}
"""Where other apps of the phone share files to: it keeps nothing and answers with words only."""
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


async def refused(request: Request, refusal: Exception) -> Response:
    """Answer a refusal as JSON in the person's language; 422 where nothing more precise fits."""
    assert isinstance(refusal, Refused)  # noqa: S101  Registered for this class only.
    await speak_persons_language(request)
    status = next((code for kind, code in _STATUS.items() if isinstance(refusal, kind)), 422)
    return JSONResponse({"error": {"code": refusal.code, "message": words_of(refusal)}}, status_code=status)


async def speak_persons_language(request: Request) -> None:
    """Choose the language of this answer: the person's own, else the browser's."""
    try:
        use_language(language_of(request, (await signed_in(request)).person.language))
    except NotSignedIn:
        use_language(language_of(request))


class SameOriginOnly:
    """Refuses requests that change something unless our own pages sent them; adds the headers of every answer.

    A browser names where a request comes from (`Sec-Fetch-Site`, `Origin`); a script must say so itself.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        is_harmless = scope["method"] in {"GET", "HEAD", "OPTIONS"} or scope["path"] in _CHANGES_NOTHING
        if not is_harmless and not self._is_ours(Headers(scope=scope)):
            words = "This request did not come from a page of this site (Origin or Sec-Fetch-Site does not match)."
            answer = JSONResponse({"error": {"code": "foreign_origin", "message": words}}, status_code=403)
            await answer(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _is_ours(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "same-origin"
        return origin == self._settings.public_origin or self._is_local(origin, headers.get("host", ""))

    def _is_local(self, origin: str, host: str) -> bool:
        """On a machine of one's own `localhost` and `127.0.0.1` are the same place."""
        if urlsplit(self._settings.public_origin).hostname not in _LOCAL_HOSTS:
            return False
        parts = urlsplit(origin)
        return parts.scheme == "http" and parts.netloc == host and parts.hostname in _LOCAL_HOSTS

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()")
        if self._settings.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def plain_html(html: str, status: int = 200) -> Response:
    """Answer a plain page under the strict policy, never kept by caches."""
    return Response(
        html,
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
    )
