"""Jieba's words, the same for both ways of writing Chinese."""

from __future__ import annotations

from typing import List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.message import Message

from bot.language import fold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class FoldingTokenizer(JiebaTokenizer):
    """Cuts text into words after Traditional letters were folded to Simplified ones.

    Folding goes letter by letter, so every word keeps its place in the text.
    """

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        import jieba

        jieba.setLogLevel("WARNING")
        words = jieba.tokenize(fold(message.get(attribute)))
        tokens = [Token(word, start) for word, start, _ in words if word.strip()]
        return self._apply_token_pattern(tokens or [Token("?", 0)])
