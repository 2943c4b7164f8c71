"""Promise 1 at a size: ten thousand mails of one mailbox, each there once."""

from __future__ import annotations

import pytest

from benchmarks import mailbox

MAILS = 10_000


@pytest.mark.slow  # a minute or two
def test_promise_1_ten_thousand_mails_and_none_is_lost_or_doubled() -> None:
    counts = {figure.name: figure.value for figure in mailbox.run(MAILS) if figure.limit == 0}
    assert counts == {"lost": 0, "doubled": 0, "found by reconcile": 0}
