"""What goes before any intent: other languages, no words at all, a bare order number, a customer
who has written again and again."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.entry import entry_intent
from bot.language import language_of, settled


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Gate(GraphComponent):
    """Says the language of each message, and replaces its intent where a plain rule knows better.

    Stands last in the pipeline; what the classifier guessed stays in the ranking.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Gate:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._pass(message)
        return messages

    def process_training_data(self, training_data: Any) -> Any:
        return training_data

    def _pass(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        given: Dict[str, Any] = message.get("metadata") or {}
        found = language_of(text)
        language = settled(found, str(given.get("locale", "")), given.get("language_before"))
        message.set("language", language, add_to_output=True)
        intent = entry_intent(text, found, message.get(INTENT)["name"], given)
        if intent:
            message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
