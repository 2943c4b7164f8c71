"""What the bot says: one file a language, the same names in each. Traditional is converted."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from bot.language import ENGLISH, TRADITIONAL, to_traditional

HERE = Path(__file__).parent

# One sentence for those whose language is not spoken here, said before the English one.
GREETINGS_OF_OTHERS = {
    "fr": "Bonjour ! Je transmets votre message à un collègue.",
    "de": "Guten Tag! Ich gebe Ihre Nachricht an eine Kollegin oder einen Kollegen weiter.",
    "es": "¡Hola! Paso su mensaje a un compañero.",
    "it": "Buongiorno! Passo il Suo messaggio a un collega.",
    "pt": "Olá! Vou passar a sua mensagem a um colega.",
    "nl": "Goedendag! Ik geef uw bericht door aan een collega.",
    "pl": "Dzień dobry! Przekazuję Państwa wiadomość współpracownikowi.",
    "sv": "Hej! Jag skickar ditt meddelande vidare till en kollega.",
    "ja": "お問い合わせありがとうございます。担当者におつなぎします。",
    "ko": "안녕하세요! 문의하신 내용을 담당자에게 전달하겠습니다.",
    "ru": "Здравствуйте! Я передаю ваше сообщение коллеге.",
}


def say(name: str, language: str, *, short: bool = False, **values: object) -> str:
    """The sentence ``name`` in ``language``; ``short`` where there is a short form of it."""
    known = sentences("en" if language == ENGLISH else "zh")
    name = f"{name}_short" if short and f"{name}_short" in known else name
    text = known[name].format(**values)
    return to_traditional(text) if language == TRADITIONAL else text


@lru_cache(maxsize=2)
def sentences(language: str) -> dict[str, str]:
    """All sentences of ``en`` or ``zh`` by name."""
    return dict(yaml.safe_load((HERE / f"{language}.yml").read_text(encoding="utf-8")))
