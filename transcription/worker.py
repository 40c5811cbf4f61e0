"""Takes jobs from the table and does them, so many at a time as each lane is wide, for as long as it runs."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from models.actions import jobs
from models.tables import Job

POLL_SECONDS = 0.5
BEAT_SECONDS = 1.0
LOOK_FOR_SILENT_SECONDS = 5.0
"""So often the work of workers that fell silent is looked for, also while every lane is busy."""
LONGEST_SECONDS = 6 * 3600.0
"""A job that takes longer hangs: it is stopped and tried again. Two hours of video take about half of it."""

_log = logging.getLogger(__name__)


WAIT_WHEN_IMPOSSIBLE = timedelta(seconds=60)


class NotNow(Exception):
    """The work can be done once something is mended (`code`, and words for staff); it has no fault and loses no try."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class Handler(Protocol):
    """Does one job and stores its result through an action that finishes the job in the same transaction."""

    def __call__(self, job: Job, *, on_progress: Callable[[float], None]) -> Awaitable[None]:
        """Report the share done (0 to 1) now and then; raise when it went wrong."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs of one kind are done one after the other, in a lane of width 2 two at a time; lanes run beside each other.

    A lane that gives way begins a job only while the other lanes have nothing to do.
    """

    kind: str
    handler: Handler
    gives_way: bool = False
    width: int = 1


class Worker:
    """Runs lanes until it is stopped; work that was begun and not finished is found again by the next start.

    What is to run `beside` them never ends by itself; it has no part in `run_until_idle`.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        *,
        now: Callable[[], datetime],
        beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
    ) -> None:
        self.lanes = self._lanes = lanes
        self._beside = beside
        self._now = now
        self._name = f"{os.uname().nodename if hasattr(os, 'uname') else 'worker'}:{os.getpid()}"

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.look_for_silent(), name="look for silent workers")
            for number, run in enumerate(self._beside):
                group.create_task(run(), name=f"beside the lanes {number}")
            for lane in self._lanes:
                for number in range(lane.width):
                    group.create_task(self._run_lane(lane), name=f"lane {lane.kind} {number}")

    async def run_until_idle(self) -> None:
        """Work until nothing is due any more; jobs that are queued by jobs are done too."""
        while any([await self._do_next(lane) for lane in self._lanes]):
            pass

    async def do_next(self, lane: Lane) -> bool:
        """Do the work of a lane whose turn it is; False: there is none, or the lane gives way."""
        return await self._do_next(lane)

    async def _run_lane(self, lane: Lane) -> None:
        while True:
            try:
                if not await self._do_next(lane):
                    await asyncio.sleep(POLL_SECONDS)
            except Exception:  # noqa: BLE001  A lane never ends by itself.
                _log.exception("lane %s could not take its next job", lane.kind)
                await asyncio.sleep(POLL_SECONDS * 10)

    async def look_for_silent(self) -> None:
        """Queue the work of workers that fell silent until cancelled, also while every lane is busy."""
        while True:
            try:
                if lost := await jobs.requeue_silent(at=self._now()):
                    _log.warning("%d jobs were queued again: their worker fell silent", lost)
            except Exception:  # noqa: BLE001  The next look may do better.
                _log.exception("could not look for silent workers")
            await asyncio.sleep(LOOK_FOR_SILENT_SECONDS)

    async def _do_next(self, lane: Lane) -> bool:
        others = [other.kind for other in self._lanes if not other.gives_way]
        if lane.gives_way and await jobs.is_due(others, at=self._now()):
            return False
        job = await jobs.claim([lane.kind], self._name, at=self._now())
        if job is None:
            return False
        share = 0.0

        def on_progress(done: float) -> None:
            nonlocal share
            share = done

        async def beats() -> None:
            while await self._still_ours(job, share):  # noqa: ASYNC110  The table is asked, not a task.
                await asyncio.sleep(BEAT_SECONDS)

        work = asyncio.ensure_future(asyncio.wait_for(lane.handler(job, on_progress=on_progress), LONGEST_SECONDS))
        beating = asyncio.ensure_future(beats())
        try:
            await asyncio.wait({work, beating}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                _log.warning("job %s %s is no longer ours; its work is stopped", job.kind, job.id)
                # Only when nothing of it is left is it said to be stopped.
                work.cancel()
                await asyncio.wait({work})
                await jobs.close_cancelled(job, at=self._now())
                return True
            await work
        except asyncio.CancelledError:
            await self._hand_back_at_end(job)
            raise
        except NotNow as reason:
            _log.warning("job %s %s waits: %s", job.kind, job.id, reason)
            wait = WAIT_WHEN_IMPOSSIBLE
            await jobs.hand_back(job, at=self._now(), wait=wait, code=reason.code, detail=str(reason))
        except Exception as error:  # noqa: BLE001  Whatever went wrong is kept with the job and tried again.
            _log.exception("job %s %s failed at try %d", job.kind, job.id, job.attempt)
            await jobs.fail(job, type(error).__name__, str(error), at=self._now())
        finally:
            for task in (work, beating):
                task.cancel()
            # Never by awaiting the tasks themselves: whoever stops the worker at this moment would not be heard.
            await asyncio.wait({work, beating})
        return True

    async def _hand_back_at_end(self, job: Job) -> None:
        """Whoever stops the worker is heard, whatever happens here: without a database the lease runs out by itself."""
        try:
            await asyncio.shield(jobs.hand_back(job, at=self._now()))
        except Exception:  # noqa: BLE001  It would hide that the worker was stopped.
            _log.exception("job %s %s could not be handed back", job.kind, job.id)

    async def _still_ours(self, job: Job, share: float) -> bool:
        """A beat that fails says nothing about whose job it is: the lease lasts for many of them."""
        try:
            return await jobs.beat(job, share, at=self._now())
        except Exception:  # noqa: BLE001  A busy or full database may answer the next one.
            _log.exception("a beat of job %s %s failed", job.kind, job.id)
            return True
