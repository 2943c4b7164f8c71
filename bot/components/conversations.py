"""The bot's memory of its talks: the most recent ones. The record is the desk's database."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Dict, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MOST = 2000  # conversations; a long one takes about 50 kB


class RecentConversations(InMemoryTrackerStore):
    """Forgets the talk that was silent for longest when there are more than ``MOST``."""

    def __init__(
        self, domain: Domain, event_broker: Optional[EventBroker] = None, **kwargs: Dict[str, Any]
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.store: OrderedDict[str, str] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > MOST:
            self.store.popitem(last=False)
