"""What the widget says, in the visitor's language, and what its page must know."""

from __future__ import annotations

from typing import Any

from channels.chat import MAX_FILES, ChatSettings
from helpdesk.translations.convert import to_traditional
from helpdesk.web.current import desk
from helpdesk.web.language import _
from helpdesk.web.words import faces


def about(key: str, settings: ChatSettings, locale: str) -> dict[str, Any]:
    """The facts and the words of one widget; stands in its page as a block of JSON."""
    company = desk().settings.company
    return {
        "key": key,
        "api": f"/widget/{key}",
        "locale": locale.replace("_", "-"),
        "title": settings.title or company,
        "company": company,
        "greeting": _greeting(settings, locale),
        "origins": settings.allowed_origins,
        "limits": {
            "chars": desk().settings.max_chat_chars,
            "file": desk().settings.max_upload_bytes,
            "files": MAX_FILES,
        },
        "words": words(company),
    }


def _greeting(settings: ChatSettings, locale: str) -> str:
    """As it was written for English or Chinese; in the characters that the visitor reads."""
    if not locale.startswith("zh"):
        return settings.greeting_en
    is_traditional = locale.endswith("Hant")
    return to_traditional(settings.greeting_zh) if is_traditional else settings.greeting_zh


def words(company: str) -> dict[str, Any]:
    """Every sentence that the page may show. ``{name}`` and the like are filled in there."""
    return {
        "chat_with": _("Chat with %(company)s", company=company),
        "conversation": _("Conversation"),
        "close": _("Close the chat"),
        "write": _("Write a message"),
        "your_message": _("Your message"),
        "send": _("Send"),
        "send_file": _("Send a file"),
        "remove": _("Remove {name}"),
        "you": _("You"),
        "bot": _("Bot"),
        "sending": _("Sending"),
        "waiting": _("Goes out when you are online again"),
        "failed": _("Not sent"),
        "try_again": _("Try again"),
        "remove_it": _("Remove"),
        "delivered": _("Delivered"),
        "seen": _("Seen"),
        "is_writing": _("{name} is writing"),
        "now_talking": _("You are now talking to {name}."),
        "offline": _("You are offline. Keep writing: messages go out when the connection is back."),
        "too_long": _("{count} characters too many. Shorten it, or send it in parts."),
        "too_fast": _("You are sending messages very fast. The rest goes out in {seconds} s."),
        "file_too_large": _("{name} is larger than {size}."),
        "too_many_files": _("{count} files are the most for one message."),
        "empty_file": _("{name} is empty."),
        "goes_to": _("If you leave, the answer goes to {email}."),
        "waits_here": _("If you leave, the answer waits for you here."),
        "leave_email": _("Leave your email"),
        "your_email": _("Your email"),
        "save": _("Save"),
        "cancel": _("Cancel"),
        "why_email": _("So that we know who you are. An agent may write to you there."),
        "email_kept": _("Thank you. We have noted {email}."),
        "bad_email": _("This email is not complete: it looks like name@site.com."),
        "ended": _("This chat is resolved. Write again if you need anything else."),
        "identity": _("Your sign-in could not be checked, so we do not know who you are here."),
        "as_guest": _("Chat as a guest"),
        "again": _("Reload"),
        "no_start": _("The chat could not be opened."),
        "kept": _("Received"),
        "today": _("Today"),
        "answers": _("Quick answers"),
        "rate": _("How satisfied are you with our help?"),
        "faces": list(faces().values()),
        "rate_why": _("What made it so?"),
        "rate_thanks": _("Thank you. We have your answer."),
        "rate_kept": _("Thank you. We have your words, too."),
        "drop": _("Drop files here to send them"),
    }
