"""`python -m webapp`: the same as `cim`."""

from webapp.cli import main

main()
