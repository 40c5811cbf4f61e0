"""`cim worker`: does jobs that a website elsewhere queues, on as many machines as there are."""

import argparse
import asyncio
import logging
import signal
import sys
from importlib.util import find_spec

from models import database
from models.errors import N_, Refused
from models.settings import Settings
from webapp import application
from webapp.runtime import Runtime
from webapp.sites.setting_up import runtime_for

_log = logging.getLogger(__name__)


class OtherVersion(Refused):
    """A worker never changes tables under a website that runs."""

    words = N_("The database is of an older version. First run: cim migrate")


class NeedsServer(Refused):
    """A SQLite file is for one process."""

    words = N_("cim worker needs a PostgreSQL database: set CIM_DATABASE_URL.")


def worker(_wanted: argparse.Namespace, settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C; what is being done then is handed back at once."""
    if not settings.database_url:
        raise NeedsServer
    if find_spec("procrastinate") is None:
        raise database.NoDriver
    with application.held(settings.data_folder):
        asyncio.run(_work(runtime_for(settings)))


async def _work(runtime: Runtime) -> None:
    from transcription.delivery import Delivery  # noqa: PLC0415  Its packages come with the extra `postgres` only.

    settings = runtime.settings
    if not await database.is_current(settings.database_url):
        raise OtherVersion
    engine = application.speech_engine(settings)
    await application.has_weights(engine)
    async with database.opened(settings.database), application.working(runtime, engine) as worker:
        delivering = asyncio.ensure_future(Delivery(worker, settings.database_url, now=runtime.now).run())
        for end in (signal.SIGTERM, signal.SIGINT) if sys.platform != "win32" else ():
            asyncio.get_running_loop().add_signal_handler(end, delivering.cancel)
        _log.info("ready for jobs: %s", ", ".join(lane.kind for lane in worker.lanes))
        await asyncio.wait([delivering])
        if not delivering.cancelled():
            delivering.result()
