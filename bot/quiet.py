"""Without what Rasa's libraries say of each other's age. Errors and other warnings stay."""

from __future__ import annotations

import warnings
from typing import Any

OF_AGE = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


def hide_warnings_of_age() -> None:
    """Rasa and Sanic set filters of their own when they are imported, so that one set before is
    not heard: what is to be shown is looked at instead."""
    show = warnings.showwarning

    def show_what_matters(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, OF_AGE):
            show(message, category, *where, **more)

    warnings.showwarning = show_what_matters
