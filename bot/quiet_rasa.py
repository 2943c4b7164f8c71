"""Rasa's own command, without its libraries' warnings: `python -m bot.quiet_rasa run ...`."""

from __future__ import annotations

import sys

from bot.quiet import hide_warnings_of_age

if __name__ == "__main__":
    hide_warnings_of_age()
    from rasa.__main__ import main

    sys.exit(main())
