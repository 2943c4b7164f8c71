"""How much we owe a customer beyond the usual: the tier that a supervisor gave them."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    STANDARD = ""
    SILVER = "silver"
    GOLD = "gold"
    VIP = "vip"
