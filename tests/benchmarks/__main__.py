"""`python -m tests.benchmarks`: measures speed on this machine and prints a table; never part of the tests."""

import asyncio
import sys

from tests.benchmarks import lighthouse, rules, staff_list, upload, weight

MEASUREMENTS = {
    "lighthouse": lighthouse.measure,
    "rules": rules.measure,
    "staff_list": staff_list.measure,
    "upload": upload.measure,
    "weight": weight.measure,
}


def main() -> None:
    """Run the measurements that are named, or all."""
    for name in sys.argv[1:] or MEASUREMENTS:
        print(f"\n{name}")
        asyncio.run(MEASUREMENTS[name]())


main()
