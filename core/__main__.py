"""`python -m core ...`: see core.command.main."""

import sys

from core.command.main import main

if __name__ == "__main__":
    sys.exit(main())
