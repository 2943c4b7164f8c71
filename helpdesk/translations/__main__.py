"""``python -m helpdesk.translations update|check|compile``, for developers and for setup."""

from __future__ import annotations

import sys

from helpdesk.translations import catalogues


def main(words: list[str]) -> int:
    match words:
        case ["compile"]:
            catalogues.compile_all()
        case ["update"]:
            from helpdesk.translations.messages import messages_in_use

            catalogues.update(messages_in_use())
            return _report()
        case ["check"]:
            return _report()
        case _:
            print("usage: python -m helpdesk.translations update|check|compile", file=sys.stderr)  # noqa: T201
            return 2
    return 0


def _report() -> int:
    from helpdesk.translations.messages import messages_in_use

    missing = catalogues.untranslated(messages_in_use(), catalogues.read(catalogues.SIMPLIFIED))
    for msgid in missing:
        print(f"not translated: {msgid}", file=sys.stderr)  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
