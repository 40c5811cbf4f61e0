"""/health: for the machine that watches this one."""

from fastapi import APIRouter, Request

from models.queries.queue_health import queue_health
from webapp.runtime import runtime_of

router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health(request: Request) -> dict[str, object]:
    """Say that the database answers, how much work waits and how long, and how much was left by silent workers."""
    work = await queue_health(at=runtime_of(request).now())
    return {
        "status": "ok",
        "jobs": work.by_state,
        "silent_jobs": work.silent,
        "longest_wait_seconds": round(work.longest_wait_seconds),
    }
