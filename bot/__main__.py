"""`python -m bot` is `liwen`."""

from bot.cli import main

if __name__ == "__main__":
    main()
