"""`python -m tests.benchmarks`: measures speed on this machine and prints a table; never part of the tests."""

import asyncio
import sys

from tests.benchmarks import confidence, desk, lighthouse, live, queue, rules, staff_list, transcription, upload, weight

MEASUREMENTS = {
    "confidence": confidence.measure,
    "desk": desk.measure,
    "lighthouse": lighthouse.measure,
    "live": live.measure,
    "queue": queue.measure,
    "rules": rules.measure,
    "staff_list": staff_list.measure,
    "transcription": transcription.measure,
    "upload": upload.measure,
    "weight": weight.measure,
}

WITH_ARGUMENTS = {"confidence", "desk", "live", "queue", "transcription"}


def main() -> None:
    """Run the measurements that are named, or all; some of them take arguments of their own."""
    named = sys.argv[1:2] if sys.argv[1:2] and sys.argv[1] in WITH_ARGUMENTS else sys.argv[1:]
    for name in named or MEASUREMENTS:
        print(f"\n{name}")
        asyncio.run(MEASUREMENTS[name]())


main()
