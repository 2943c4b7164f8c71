"""One reply to the customer: sentences, buttons, and what the desk is to do and to know."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from bot.actions.sentences import say
from bot.actions.turn import Turn


class Reply:
    """Collects what one action says, in the language and the length of the turn."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self._sentences: list[str] = []
        self._buttons: list[str] = []
        self._commands: list[dict[str, Any]] = []
        self._articles: list[dict[str, Any]] = []

    def say(self, name: str, **values: object) -> Reply:
        self._sentences.append(
            say(name, self.turn.language, short=self.turn.is_short, **values).strip()
        )
        return self

    def say_as_is(self, text: str) -> Reply:
        self._sentences.append(text.strip())
        return self

    def buttons(self, *names: str) -> Reply:
        """What a press sends is what the button shows: customers could have typed it."""
        if self.turn.has_buttons:
            self._buttons += [say(f"button_{name}", self.turn.language) for name in names]
        return self

    def command(self, do: str, **rest: object) -> Reply:
        self._commands.append({"do": do, **rest})
        return self

    def considered(self, articles: list[dict[str, Any]]) -> Reply:
        """The articles that were looked at, for the agents' eyes."""
        shown = ("slug", "score", "confidence")
        self._articles += [{name: one.get(name) for name in shown} for one in articles]
        return self

    @property
    def text(self) -> str:
        between = " " if self.turn.is_short else "\n\n"
        return between.join(filter(None, self._sentences))

    def send(self, dispatcher: CollectingDispatcher) -> None:
        first = not dispatcher.messages and not self.turn.has_spoken
        if first and self.turn.knows_what_was_settled:
            known = say("settled_known", self.turn.language, short=self.turn.is_short)
            self._sentences.insert(0, known)
        custom = {
            "commands": self._commands,
            "understood": self.turn.understood,
            "articles": self._articles,
        }
        buttons = [{"title": title, "payload": title} for title in self._buttons]
        dispatcher.utter_message(
            text=self.text or None,
            buttons=buttons or None,
            json_message=custom,
        )
