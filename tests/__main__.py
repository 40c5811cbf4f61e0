"""`python -m tests`: every check of the project, in the order of how quickly they answer."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BESIDE_PYTHON = Path(sys.executable).parent

CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("lint-imports",),
    ("mypy",),
    ("pytest",),
)


def main() -> int:
    """Run all checks; further arguments go to pytest. Gives the exit code of the first that fails."""
    for check in CHECKS:
        command = [str(BESIDE_PYTHON / check[0]), *check[1:]]
        if check[0] == "pytest":
            command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        print(f"— {' '.join(check)}", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
