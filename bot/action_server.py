"""The action server: `bot.actions` over HTTP, for Rasa on the same machine only."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.quiet import hide_warnings_of_age

if __name__ == "__main__":
    hide_warnings_of_age()
    from rasa_sdk.endpoint import create_app

    port = int(os.environ.get("HELPDESK_BOT_ACTIONS_PORT") or 5055)
    create_app("bot.actions").run(host="127.0.0.1", port=port, workers=1, access_log=False)
