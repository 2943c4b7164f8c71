"""Sentence vectors as features of Rasa's pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Type

import numpy as np
from knowledge_base.encoder import Vectors
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.encoder import as_foreign, raw_vector, raw_vectors, shared_encoder
from bot.language import has_han
from bot.trust import SCALE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the centred sentence vector; the centre is learnt from the training examples."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": SCALE}

    def __init__(
        self,
        config: Dict[str, Any],
        name: str,
        storage: ModelStorage,
        resource: Resource,
        centre: Vectors,
    ) -> None:
        super().__init__(name, config)
        self._storage = storage
        self._resource = resource
        self._centre = centre

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        nowhere = np.zeros(shared_encoder().dimensions, dtype=np.float32)
        return cls(config, execution_context.node_name, model_storage, resource, nowhere)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceFeaturizer:
        with model_storage.read_from(resource) as folder:
            centre = np.load(folder / "centre.npy", allow_pickle=False)
        return cls(config, execution_context.node_name, model_storage, resource, centre)

    def train(self, training_data: TrainingData) -> Resource:
        texts = [example.get(TEXT) for example in training_data.intent_examples]
        self._centre = shared_encoder().mean(raw_vectors(texts))
        with self._storage.write_to(self._resource) as folder:
            np.save(folder / "centre.npy", self._centre, allow_pickle=False)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Every example, and a foreign twin of those that both models speak."""
        self.process([one for one in training_data.training_examples if one.get(TEXT)])
        spoken = [one for one in training_data.intent_examples if not has_han(one.get(TEXT))]
        twins = [self._twin(example) for example in spoken]
        return training_data.merge(TrainingData(training_examples=twins))

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            self._add(message, raw_vector(message.get(TEXT) or "").reshape(1, -1))
        return messages

    def _twin(self, example: Message) -> Message:
        twin = Message(data={**example.data, "is_twin": True})  # or Rasa would take it for the same
        self._add(twin, as_foreign(raw_vector(example.get(TEXT)).reshape(1, -1)))
        return twin

    def _add(self, message: Message, raw: Vectors) -> None:
        rows = shared_encoder().centred(raw, self._centre) * self._config["scale"]
        words = max(1, len(message.get("text_tokens") or ()))
        self.add_features_to_message(
            sequence=np.repeat(rows, words, axis=0),
            sentence=rows,
            attribute=TEXT,
            message=message,
        )

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """Nothing can be wrong with one number."""
