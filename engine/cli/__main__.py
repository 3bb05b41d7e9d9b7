"""`python -m engine.cli`: the same as the command `tieline`."""

from engine.cli.main import main

main()
