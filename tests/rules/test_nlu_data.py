"""What of the accepted candidates a training learns."""

import yaml

from helpdesk.rules.nlu_data import AcceptedWords, lesson, written


def test_of_the_same_words_the_last_decision_counts_and_articles_teach_no_intent() -> None:
    first = AcceptedWords(1, "greet", "Where is my money")
    last = AcceptedWords(2, "refund", "where  is my money")
    again = AcceptedWords(3, "refund", "Where is my [money]")
    article = AcceptedWords(4, "", "how do I wash it")
    wordless = AcceptedWords(5, "greet", "[]")
    found = lesson([first, last, again, article, wordless])
    assert found.learnt == [last, again]
    assert (found.overruled, found.of_articles, found.wordless) == ([first], [article], [wordless])


def test_words_of_customers_are_data_whatever_they_are() -> None:
    nasty = 'no: [x](y){"entity": "z"}\n- intent: greet\n  "quoted" \u2028 # end'
    block = yaml.safe_load(written([("refund", nasty), ("refund", nasty)]))["nlu"]
    assert [one["intent"] for one in block] == ["refund"]
    (line,) = block[0]["examples"].splitlines()
    assert line.startswith("- no: x y")
    assert yaml.safe_load(written([]))["nlu"] == []
