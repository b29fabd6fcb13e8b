"""``python -m mitchell`` is the command line."""

from mitchell.cli import main

main()
