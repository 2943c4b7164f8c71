"""Lets the model before this one serve again: `python -m bot.roll_back`.

Prints one JSON line: {"model", "left"}, or {"error"}.
"""

from __future__ import annotations

import json
import sys

from bot.models import Models, NoSuchModel, models_folder


def main() -> int:
    models = Models(models_folder())
    left = models.current
    try:
        print(json.dumps({"model": models.roll_back(), "left": left}))
    except NoSuchModel as missing:
        print(json.dumps({"error": str(missing)}))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
