"""What the desk says when it asks a customer how it did."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import escape

from helpdesk.translations.spoken import gettext

FACES = {5: "😀", 4: "😊", 3: "😐", 2: "😞", 1: "😠"}  # old ones, which every mail program has


@dataclass(frozen=True, slots=True)
class SurveyMail:
    text: str
    html: str


def subject(company: str, locale: str) -> str:
    return gettext("How did %(company)s do?", locale, company=company)


def question(about: str, locale: str) -> str:
    """What the note in the transcript says, and the mail begins with."""
    asked = gettext("How satisfied are you with our help?", locale)
    return f"{asked}\n\n“{about}”" if about else asked


def scores(locale: str) -> dict[int, str]:
    """The words under the faces."""
    return {
        5: gettext("Very good", locale),
        4: gettext("Good", locale),
        3: gettext("So-so", locale),
        2: gettext("Bad", locale),
        1: gettext("Very bad", locale),
    }


def mail(asked: str, address: str, company: str, locale: str) -> SurveyMail:
    """The whole mail: each face leads to the page on which its score can be confirmed."""
    click = gettext("Choose one. The page that opens asks you to confirm it.", locale)
    once = gettext("You get this because your request was answered. No reply is needed.", locale)
    links = {score: f"{address}?score={score}" for score in FACES}
    words = scores(locale)
    lines = [f"{FACES[score]} {words[score]}: {link}" for score, link in links.items()]
    text = "\n\n".join((asked, click, "\n".join(lines), once, company))
    cells = "".join(_cell(FACES[score], words[score], link) for score, link in links.items())
    asked_html = "<br>".join(str(escape(line)) for line in asked.split("\n") if line)
    html = (
        f'<div lang="{escape(locale)}" style="font-family:sans-serif;font-size:16px;'
        f'line-height:24px"><p>{asked_html}</p><p>{escape(click)}</p>'
        f'<table role="presentation" cellpadding="6"><tr>{cells}</tr></table>'
        f'<p style="color:#555;font-size:13px">{escape(once)}<br>{escape(company)}</p></div>'
    )
    return SurveyMail(text, html)


def _cell(face: str, word: str, link: str) -> str:
    return (
        f'<td align="center"><a href="{escape(link)}" style="text-decoration:none;color:#0e5a70">'
        f'<span style="font-size:32px;line-height:40px">{face}</span><br>'
        f'<span style="font-size:13px">{escape(word)}</span></a></td>'
    )
