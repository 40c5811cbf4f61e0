"""Addresses that several pages lead to."""

from uuid import UUID


def capture_address(reflection_id: UUID, kind: str) -> str:
    """Where the phone writes, records or posts: `kind` is a format of the rule set."""
    return f"/capture/?reflection={reflection_id}&as={kind}"
