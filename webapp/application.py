"""Puts one application together: plain endpoints first, NiceGUI's pages behind them, and the worker beside them."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from filelock import FileLock, Timeout
from nicegui import __version__ as nicegui_version
from nicegui import app as pages_app
from nicegui import core, ui
from starlette.responses import JSONResponse, Response

from media.preparing import convert, prepare
from media.store import FolderStore
from media.uploads import Uploads
from models import database
from models.actions import jobs, search_texts, timed_decisions
from models.errors import N_, NotAllowed, Refused
from models.settings import ELSEWHERE, EMBEDDED, Settings
from models.tables.jobs import CONVERT, PREPARE, TRANSCRIBE, TRANSLATE
from transcription.jobs import transcribe, translate
from transcription.live import LiveHearing
from transcription.pool import Transcriber, WarmModels
from transcription.room import room_here
from transcription.worker import Lane, Worker
from webapp import pages, theme  # noqa: F401  Importing it registers the pages.
from webapp.endpoints import (
    accounts,
    api,
    assessing,
    capture,
    devices,
    health,
    media,
    meetings,
    office,
    sign_offs,
    transcripts,
    uploads,
    work,
)
from webapp.endpoints.answers import SameOriginOnly, plain_html, refused
from webapp.first_paint import SheetsFirst
from webapp.i18n import _, language_of, use_language
from webapp.plain import plain_page
from webapp.postman import Postman
from webapp.runtime import Runtime, clock
from webapp.statics import FrameworkFiles

_log = logging.getLogger(__name__)
SWEEP_SECONDS = 3600
TELL_SECONDS = 20


class DataFolderInUse(Refused):
    """One application per data folder: two of them would do the same jobs."""

    words = N_("Another CIM application uses the data folder {folder} already.")


def build(settings: Settings) -> FastAPI:
    """Make the application; it opens its data folder when it starts."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    store = FolderStore(settings.media_folder)
    uploading = Uploads(settings.data_folder / "uploads", store, person_limit_bytes=settings.person_limit_bytes)
    runtime = Runtime(settings, store, uploading)
    application = FastAPI(
        title="CIM",
        version="1",
        lifespan=partial(_lifespan, runtime=runtime),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    application.state.runtime = pages_app.state.runtime = runtime
    for module in (
        health,
        accounts,
        api,
        work,
        assessing,
        devices,
        uploads,
        transcripts,
        media,
        meetings,
        office,
        capture,
        sign_offs,
    ):
        application.include_router(module.router)
    application.add_exception_handler(Refused, refused)
    application.add_exception_handler(RequestValidationError, _misunderstood)
    application.add_middleware(SheetsFirst)
    application.add_middleware(SameOriginOnly, settings=settings)
    _serve_framework_files(application)
    ui.run_with(
        application,
        title="CIM",
        favicon=capture.STATIC / "icon.svg",
        reconnect_timeout=120,
        tailwind=False,
        show_welcome_message=False,
    )
    # For all pages at once: as an element of each page they would be one more script to load.
    pages_app.colors(
        primary=theme.PRIMARY,
        secondary=theme.SECONDARY,
        accent=theme.ACCENT,
        positive=theme.POSITIVE,
        negative=theme.NEGATIVE,
        warning=theme.WARNING,
        info=theme.INFO,
    )
    pages_app.add_exception_handler(404, _nowhere)
    core.sio.eio.cors_allowed_origins = [
        settings.public_origin,
        settings.public_origin.replace("localhost", "127.0.0.1"),
    ]
    core.sio.eio.ping_interval = 6
    core.sio.eio.ping_timeout = 3
    return application


def _serve_framework_files(application: FastAPI) -> None:
    """Answer for NiceGUI where its files are concerned: from memory, and compressed only once."""
    files = FrameworkFiles(pages_app)

    async def framework_file(request: Request) -> Response:
        return await files.response(request)

    application.add_api_route(
        f"/_nicegui/{nicegui_version}/{{rest:path}}", framework_file, methods=["GET", "HEAD"], include_in_schema=False
    )


@contextmanager
def held(data_folder: Path) -> Iterator[None]:
    """Have a data folder alone, and make it where it is missing; raises DataFolderInUse."""
    data_folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data_folder / "in-use.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DataFolderInUse(folder=data_folder) from None
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def opened(runtime: Runtime) -> AsyncIterator[None]:
    """Hold the data folder alone: tables up to date, and what a crash left behind brought to an end."""
    settings = runtime.settings
    with held(settings.data_folder):
        await database.migrate(settings.database, at=runtime.now())
        async with database.opened(settings.database):
            if settings.workers == EMBEDDED:
                await jobs.requeue_running(at=runtime.now())
            await runtime.uploads.sweep(at=runtime.now())
            await search_texts.index_missing()
            yield


@asynccontextmanager
async def working(runtime: Runtime, engine: Transcriber | None) -> AsyncIterator[Worker]:
    """Have a worker for uploads and, where there is an engine, for transcripts; the data folder is held already."""
    work_folder = runtime.settings.data_folder / "work"
    # After a crash people's voices would lie there for ever.
    await asyncio.to_thread(shutil.rmtree, work_folder, ignore_errors=True)
    await asyncio.to_thread(work_folder.mkdir, parents=True, exist_ok=True)
    lanes = [
        Lane(PREPARE, partial(prepare, store=runtime.store, work_folder=work_folder, now=runtime.now)),
        Lane(CONVERT, partial(convert, store=runtime.store, work_folder=work_folder, now=runtime.now), gives_way=True),
    ]
    live = None
    if engine is not None:
        live = LiveHearing(engine=engine, uploads=runtime.uploads, work_folder=work_folder, now=runtime.now)
        writing = partial(
            transcribe, store=runtime.store, engine=engine, work_folder=work_folder, now=runtime.now, live=live
        )
        lanes.append(Lane(TRANSCRIBE, writing, width=room_here(runtime.settings.transcribers).lanes))
        translating = partial(translate, store=runtime.store, engine=engine, work_folder=work_folder, now=runtime.now)
        lanes.append(Lane(TRANSLATE, translating, gives_way=True))
    try:
        yield Worker(lanes, now=runtime.now, beside=[live.run] if live else [])
    finally:
        if engine is not None:
            await engine.close()


def speech_engine(settings: Settings) -> WarmModels:
    """Make what transcribes; models are looked up when a job needs them, so that they can be put there later."""
    room = room_here(settings.transcribers)
    return WarmModels(settings.speech_model, models_folder=settings.models_folder, room=room)


async def find_engine(settings: Settings) -> Transcriber | None:
    """Make what transcribes if it can begin now; None without weights, and the log says what to do."""
    engine = speech_engine(settings)
    return engine if await has_weights(engine) else None


async def has_weights(engine: Transcriber) -> bool:
    """Tell whether transcripts can be made now; where they cannot, the log says what to do."""
    try:
        await engine.locate("")
    except Refused as refusal:
        _log.warning("No transcripts until this is mended: %s", refusal)
        return False
    return True


@asynccontextmanager
async def _lifespan(_application: FastAPI, *, runtime: Runtime) -> AsyncIterator[None]:
    async with opened(runtime), _jobs_done(runtime):
        sweeping = asyncio.ensure_future(_sweep_now_and_then(runtime))
        posting = asyncio.ensure_future(Postman(runtime.settings, now=runtime.now).run())
        telling = asyncio.ensure_future(_tell_in_time(runtime))
        try:
            yield
        finally:
            await _ended(posting)
            await _ended(sweeping)
            await _ended(telling)


@asynccontextmanager
async def _jobs_done(runtime: Runtime) -> AsyncIterator[None]:
    """Do the jobs beside the website, unless `cim worker` does them elsewhere."""
    if runtime.settings.workers == ELSEWHERE:
        yield
        return
    engine = speech_engine(runtime.settings)
    await has_weights(engine)
    async with working(runtime, engine) as worker:
        running = asyncio.ensure_future(worker.run())
        try:
            yield
        finally:
            await _ended(running)


async def _ended(task: asyncio.Future[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _sweep_now_and_then(runtime: Runtime) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await runtime.uploads.sweep(at=clock())
        except Exception:  # noqa: BLE001  The next round may do better.
            _log.exception("the sweep of uploads failed")


async def _tell_in_time(runtime: Runtime) -> None:
    """Make the decisions whose time has come; after a pause of the application those of the pause first."""
    while True:
        try:
            await timed_decisions.make_due(at=runtime.now())
        except Exception:  # noqa: BLE001  The next round may do better.
            _log.exception("decisions that were to be told were not made")
        await asyncio.sleep(TELL_SECONDS)


async def _nowhere(request: Request, _reason: Exception) -> Response:
    """Say in the browser's language that there is no such page."""
    use_language(language_of(request))
    return plain_html(plain_page(_("Not found"), _(NotAllowed.words)), status=404)


async def _misunderstood(_request: Request, mistake: Exception) -> Response:
    """Say which field of a request is wrong, without repeating what was sent."""
    assert isinstance(mistake, RequestValidationError)  # noqa: S101  Registered for this class only.
    where = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in mistake.errors())
    return JSONResponse({"error": {"code": "misunderstood", "message": where}}, status_code=422)
