"""What the desk itself says for the bot: when it is silent, and when it hands off."""

from __future__ import annotations

from helpdesk.rules.bot_policy import Handoff
from helpdesk.translations.spoken import gettext


def handing_off(reason: Handoff, locale: str) -> str:
    """What the customer hears when a person takes over by the bot's own doing."""
    if reason is Handoff.FILE:
        return gettext("I cannot look at files myself. A person will do so and answer you here.",
                       locale)  # fmt: skip
    if reason is Handoff.ASKED:
        return gettext("I am handing this to a person. They have everything you said.", locale)
    return gettext("I am not sure here, so I am handing this to a person. "
                   "They have everything you said.", locale)  # fmt: skip


def article(title: str, summary: str, url: str, locale: str) -> str:
    """An article as an answer, its source named."""
    found = gettext("This may help: %(title)s", locale, title=title)
    more = gettext("Write “person” at any time to reach one.", locale)
    return "\n\n".join(part for part in (found, summary, url, more) if part)


def suggestion(title: str, summary: str, url: str, company: str, locale: str) -> str:
    """The one automatic mail: an article, and that a person answers all the same."""
    hello = gettext("Thank you for your message. A person will answer it. Until then, this "
                    "article may help:", locale)  # fmt: skip
    return "\n\n".join(part for part in (hello, title, summary, url, company) if part)


def not_proved(locale: str) -> str:
    """Why an order is not shown: who asks has not shown who they are (promise 3)."""
    return gettext("I can only show orders to somebody who has signed in. Sign in on our site "
                   "and ask again, or write “person” and we will check it with you.",
                   locale)  # fmt: skip


def bot_name(locale: str) -> str:
    """What the bot is called."""
    return gettext("Bot", locale)
