"""/health: for the machine that watches this one."""

from fastapi import APIRouter

from models.states import JobState
from models.tables import Job

router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health() -> dict[str, object]:
    """Say that the database answers, and how much work waits; no names, no content."""
    return {
        "status": "ok",
        "jobs": {
            state.value: await Job.filter(status=state).count() for state in JobState if state is not JobState.DONE
        },
    }
