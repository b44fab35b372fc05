"""`python -m bot` is `hoctap`."""

from bot.cli import main

main()
