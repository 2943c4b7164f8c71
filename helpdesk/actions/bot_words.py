"""What the desk itself says for the bot: when it is silent, and when it hands off."""

from __future__ import annotations

from helpdesk.rules.bot_policy import Handoff
from helpdesk.rules.spoken_language import in_their_script
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
    parts = (found, summary, url, more)
    return "\n\n".join(in_their_script(part, locale) for part in parts if part)


def suggestion(title: str, summary: str, url: str, company: str, locale: str) -> str:
    """The one automatic mail: an article, and that a person answers all the same."""
    hello = gettext("Thank you for your message. A person will answer it. Until then, this "
                    "article may help:", locale)  # fmt: skip
    parts = (hello, title, summary, url, company)
    return "\n\n".join(in_their_script(part, locale) for part in parts if part)


def code_mail(code: str, company: str, locale: str) -> tuple[str, str]:
    """The subject and the words that carry a one-time code. They name no ticket and no order."""
    subject = gettext("Your code for %(company)s", locale, company=company)
    words = gettext("%(code)s is your code for %(company)s. Write it in the conversation in which "
                    "you asked for it; it is valid for 10 minutes. If you did not ask for it, do "
                    "nothing, and tell nobody.", locale, code=code, company=company)  # fmt: skip
    return subject, words


def code_to_tell(code: str, company: str, locale: str) -> tuple[str, str]:
    """The subject and the words of a code that an agent sends while they talk to the customer."""
    subject = gettext("Your code for %(company)s", locale, company=company)
    words = gettext("%(code)s is your code for %(company)s. Tell it to the person of "
                    "%(company)s to whom you speak now; it is valid for 10 minutes. If you speak "
                    "to nobody, do nothing, and tell nobody.",
                    locale, code=code, company=company)  # fmt: skip
    return subject, words


def not_proved(locale: str) -> str:
    """Why an order is not shown: who asks has not shown who they are (promise 3)."""
    return gettext("I can only show orders to somebody who has signed in. Sign in on our site "
                   "and ask again, or write “person” and we will check it with you.",
                   locale)  # fmt: skip


def bot_name(locale: str) -> str:
    """What the bot is called."""
    return gettext("Bot", locale)
