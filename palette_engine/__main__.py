"""``python -m palette_engine`` is the command line."""

from palette_engine.cli import main

if __name__ == "__main__":
    main()
