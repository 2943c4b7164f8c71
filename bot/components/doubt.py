"""Whether the bot may trust what it understood: in place of Rasa's FallbackClassifier.

Trust is the geometric mean of the classifier's confidence and of the highest cosine to a training
example. The first alone is high far away from everything known; the second alone does not see two
intents that are alike. The threshold was tuned on validation data (`bot/evaluate.py`).
"""

from __future__ import annotations

from typing import Any, Dict, List, Type

import numpy as np
from knowledge_base.encoder import Vectors
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.encoder import shared_encoder
from bot.components.featurizer import SentenceFeaturizer
from bot.trust import highest_cosine, trust


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class Doubt(IntentClassifier, GraphComponent):
    """Turns an intent that is not to be trusted into ``nlu_fallback``; says cosine and trust."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [SentenceFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"threshold": 0.5}

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, known: Vectors
    ) -> None:
        self._threshold = config["threshold"]
        self._storage = storage
        self._resource = resource
        self._known = known

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Doubt:
        nothing = np.zeros((0, shared_encoder().dimensions), dtype=np.float32)
        return cls(config, model_storage, resource, nothing)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Doubt:
        with model_storage.read_from(resource) as folder:
            known = np.load(folder / "known.npy", allow_pickle=False)
        return cls(config, model_storage, resource, known)

    def train(self, training_data: TrainingData) -> Resource:
        self._known = np.stack([_direction(one) for one in training_data.intent_examples])
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "known.npy", self._known, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._weigh(message)
        return messages

    def _weigh(self, message: Message) -> None:
        cosine = highest_cosine(_direction(message), self._known)
        trusted = trust(message.get(INTENT)["confidence"], cosine)
        message.set("cosine", round(cosine, 4), add_to_output=True)
        message.set("trust", round(trusted, 4), add_to_output=True)
        message.set("guess", message.get(INTENT)["name"], add_to_output=True)
        if trusted < self._threshold:
            doubted = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0 - trusted}
            message.set(INTENT, doubted, add_to_output=True)
            ranking = message.get(INTENT_RANKING_KEY) or []
            message.set(INTENT_RANKING_KEY, [doubted, *ranking], add_to_output=True)


def _direction(message: Message) -> Vectors:
    """The sentence's vector at unit length, or zeros."""
    _, sentence = message.get_dense_features(TEXT, [])
    vector: Vectors = np.asarray(sentence.features[0], dtype=np.float32)
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
