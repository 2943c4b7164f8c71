"""The explicit list of channels. To add one: write its module, add it here, add its samples
to ``tests/channels/samples``; docs/adding-a-channel.md walks through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from channels.base import Channel


class Registry:
    """The channels of one desk, by name."""

    def __init__(self, *channels: Channel[Any]) -> None:
        self._by_name = {channel.name: channel for channel in channels}

    def __getitem__(self, name: str) -> Channel[Any]:
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(sorted(self._by_name))
            raise LookupError(f"There is no channel {name!r}. Known channels: {known}.") from None

    def __iter__(self) -> Iterator[Channel[Any]]:
        return iter(self._by_name.values())

    def __contains__(self, name: object) -> bool:
        return name in self._by_name
