"""`python -m tests.transcription.delivery_worker ADDRESS`: a worker to be killed; everything but its child is real."""

import asyncio
import json
import logging
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from models import database
from models.actions import jobs
from models.actions.processing import TRANSCRIBE, transcript_made
from models.tables import Job
from transcription import delivery, worker
from transcription.delivery import Delivery
from transcription.worker import Lane, Worker

LEASE_SECONDS = 3.0
STEPS = 12

# It speaks line by line as the warm child does, so that it ends as soon as nobody listens.
_CHILD = f"""
import os, sys, time
for line in sys.stdin:
    try:
        for step in range({STEPS}):
            print(step, flush=True)
            time.sleep(0.05)
    except BrokenPipeError:
        os._exit(1)
    print("heard " + line.strip(), flush=True)
"""


async def transcribe(job: Job, *, on_progress: Callable[[float], None]) -> None:
    """Do one job in a child of its own, and store what it says."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CHILD), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(f"{job.id}\n".encode())
        while (line := (await child.stdout.readline()).decode()) and not line.startswith("heard"):
            on_progress(int(line) / STEPS)
        if not line:
            raise OSError("the child is gone")
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()
    speech = {"said": line.strip()}
    await transcript_made(
        job, speech=speech, text=line.strip(), language="en", engine="scripted", model="scripted", at=_now()
    )


def _now() -> datetime:
    return datetime.now(UTC)


async def _main(address: str) -> None:
    jobs.LEASE = timedelta(seconds=LEASE_SECONDS)
    worker.BEAT_SECONDS = 0.3
    delivery.SWEEP_SECONDS = 1.0
    delivery.RECONCILE_SECONDS = 10.0
    async with database.opened(address):
        lanes = [Lane(TRANSCRIBE, transcribe)]
        delivering = asyncio.ensure_future(Delivery(Worker(lanes, now=_now), address, now=_now).run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, delivering.cancel)
        await asyncio.wait([delivering])
        if not delivering.cancelled():
            delivering.result()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(_main(json.loads(sys.argv[1])))
