"""Brings jobs to workers on several machines: Procrastinate delivers, and the table of jobs stays the truth.

A delivery is a knock at the door of one worker, no more: whoever hears it takes the work of that kind whose turn it is.
A trigger in the database adds it in the transaction that queues the row, whichever action that was; so no row is
without one, and none is left of a row that was never stored. Knocks that are lost with a worker come again.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate import __version__ as procrastinate_version
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg.conninfo import conninfo_to_dict
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from models.actions import jobs
from models.states import JobState
from models.tables import Job
from transcription.worker import POLL_SECONDS, Lane, Worker

SWEEP_SECONDS = 20.0
"""After so long a job that nobody heard of, or whose worker fell silent, is knocked for once more."""
RECONCILE_SECONDS = 300.0
"""After so long what dead workers had heard is forgotten; their jobs came again with a sweep."""
DEAD_SECONDS = 120.0

_MADE_BY = f"cim, procrastinate {procrastinate_version}"
_SOON_SECONDS = 5.0

# Knocks for a moment that is near come at once: a worker would look for later ones every few seconds only.
_TRIGGER = """
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'delivery'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = delivery', one);
    END LOOP;
END $$;
CREATE FUNCTION delivery.knock(kind text, job uuid, due_at timestamptz) RETURNS void LANGUAGE sql AS $$
    SELECT delivery.procrastinate_defer_jobs_v1(ARRAY[ROW(
        kind, kind, 0, NULL, NULL, jsonb_build_object('job', job),
        CASE WHEN due_at > now() + interval '2 seconds' THEN due_at END
    )::delivery.procrastinate_job_to_defer_v1]);
$$;
CREATE FUNCTION delivery.knock_for_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM delivery.knock(NEW.kind, NEW.id, NEW.run_at);
    RETURN NULL;
END $$;
CREATE TRIGGER job_is_delivered AFTER INSERT OR UPDATE OF status, run_at ON job
    FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION delivery.knock_for_row();
"""

_SWEEP = """
SELECT delivery.knock(kind, id, NULL) FROM job
WHERE (status = 'queued' AND run_at <= now() OR status = 'running' AND lease_until < now())
    AND NOT EXISTS (
        SELECT FROM delivery.procrastinate_jobs WHERE status = 'todo' AND args ->> 'job' = job.id::text
    )
"""

_log = logging.getLogger(__name__)


async def install() -> None:
    """Make what delivers, in a schema of its own, or make it anew for another version of Procrastinate.

    What was on its way is gone then, and the next sweep brings it again.
    """
    async with in_transaction() as database:
        found = await database.execute_query_dict(
            "SELECT obj_description(to_regnamespace('delivery'), 'pg_namespace') AS made_by"
        )
        if found[0]["made_by"] == _MADE_BY:
            return
        await database.execute_script(
            "DROP SCHEMA IF EXISTS delivery CASCADE; CREATE SCHEMA delivery;"
            f"COMMENT ON SCHEMA delivery IS '{_MADE_BY}'; SET LOCAL search_path = delivery"
        )
        await database.execute_script(SchemaManager.get_schema())
        await database.execute_script("SET LOCAL search_path = DEFAULT")
        await database.execute_script(_TRIGGER)


async def sweep() -> int:
    """Knock for what is due and what nobody will hear of otherwise; gives how many there were."""
    return len(await Tortoise.get_connection("default").execute_query_dict(_SWEEP))


class Delivery:
    """Lets a worker do what is delivered, for as long as it runs; the database is open already."""

    def __init__(self, worker: Worker, address: str, *, now: Callable[[], datetime]) -> None:
        self._worker = worker
        self._now = now
        self._first = [lane.kind for lane in worker.lanes if not lane.gives_way]
        self._free: dict[str, asyncio.Queue[Lane]] = defaultdict(asyncio.Queue)
        for lane in worker.lanes:
            for _ in range(lane.width):
                self._free[lane.kind].put_nowait(lane)
        options = f"{conninfo_to_dict(address).get('options', '')} -c search_path=delivery".strip()
        connector = PsycopgConnector(conninfo=address, min_size=1, max_size=4, kwargs={"options": options})
        self._app = App(connector=connector)
        for kind in self._free:
            self._app.task(name=kind, queue=kind)(self._answering(kind))

    async def run(self) -> None:
        """Work until cancelled; what is being done then is handed back."""
        await install()
        async with self._app.open_async(), asyncio.TaskGroup() as group:
            group.create_task(_again_and_again(SWEEP_SECONDS, sweep))
            group.create_task(_again_and_again(RECONCILE_SECONDS, self._reconcile))
            # A sweep is too late for what must be queued within a minute, and a knock is not heard while all are busy.
            group.create_task(self._worker.look_for_silent())
            for kind, lanes in self._free.items():
                group.create_task(self._listen(kind, lanes.qsize()), name=f"lane {kind}")

    async def do(self, kind: str, job_id: UUID) -> None:
        """Answer one knock: do the work of this kind whose turn it is, if any is left."""
        lane = await self._free[kind].get()
        try:
            while lane.gives_way and await jobs.is_due(self._first, at=self._now()):  # noqa: ASYNC110  The table is asked.
                await asyncio.sleep(POLL_SECONDS)
            if not await self._worker.do_next(lane):
                # Clocks of two machines differ: here it may be due a moment later.
                await asyncio.sleep(await self._seconds_until_due(job_id))
                await self._worker.do_next(lane)
        finally:
            self._free[kind].put_nowait(lane)

    def _answering(self, kind: str) -> Callable[[str], Awaitable[None]]:
        async def answer(job: str) -> None:
            await self.do(kind, UUID(job))

        return answer

    async def _listen(self, kind: str, at_once: int) -> None:
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[kind],
                    name=kind,
                    concurrency=at_once,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    # Its child is stopped and the job handed back: nobody waits for hours of transcribing.
                    shutdown_graceful_timeout=0,
                    stalled_worker_timeout=DEAD_SECONDS,
                )
            except Exception:  # noqa: BLE001  The database may be back after a pause.
                _log.exception("nothing is delivered for %s", kind)
            _end_if_stopped()
            await asyncio.sleep(_SOON_SECONDS)

    async def _reconcile(self) -> None:
        manager = self._app.job_manager
        for heard in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
            await manager.finish_job(heard, status=Status.FAILED, delete_job=True)
        await manager.prune_stalled_workers(DEAD_SECONDS)

    async def _seconds_until_due(self, job_id: UUID) -> float:
        job = await Job.get_or_none(id=job_id, status=JobState.QUEUED)
        if job is None:
            return 0.0
        return min(max((job.run_at - self._now()).total_seconds(), 0.0), _SOON_SECONDS)


async def _again_and_again(seconds: float, do: Callable[[], Awaitable[Any]]) -> None:
    """Do it now and after each pause; a round that fails is followed by another one."""
    while True:
        try:
            await do()
        except Exception:  # noqa: BLE001  The database may be back after a pause.
            _log.exception("%s failed", do)
        _end_if_stopped()
        await asyncio.sleep(seconds)


def _end_if_stopped() -> None:
    """Libraries may take a cancellation for the end of their own work and return; then it is the end of ours, too."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
