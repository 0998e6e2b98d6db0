"""``python -m midplot``: the command line."""

from midplot.cli import main

if __name__ == "__main__":
    main()
