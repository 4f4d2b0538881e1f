"""`python -m bookkeeper_tui` is `bookkeeper`."""

import sys

from bookkeeper_tui.cli import main

sys.exit(main())
