"""What one running application shares: made once by the entry point, found through a request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import app as pages_app
from starlette.requests import Request

from media.store import Store
from media.uploads import Uploads
from models.settings import Settings


def clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, files and the clock of one application."""

    settings: Settings
    store: Store
    uploads: Uploads
    now: Callable[[], datetime] = clock


def runtime_of(request: Request) -> Runtime:
    """Find the runtime of the application that answers this request."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def pages_runtime() -> Runtime:
    """Find the runtime from a page or a click, which NiceGUI answers."""
    runtime: Runtime = pages_app.state.runtime
    return runtime
