"""`python -m tests.long [NAME…]`: what takes too long for every run of the tests; each run fails out loud."""

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run what is named, or all, one after the other."""
    known = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        sys.exit(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    for name in wanted:
        print(f"\n{name}", flush=True)
        import_module(f"tests.long.{name}").main()


main()
