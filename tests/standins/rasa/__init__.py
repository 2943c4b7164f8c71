"""A server process that stands where Rasa does, and misbehaves on demand.

It speaks the REST channel of Rasa 3.6 by the contract with ``bot/``. What it does is told by the
customer's own words, so that a test needs no second line to it: ``answer ARTICLE``, ``handoff``,
``unsure``, ``sleep 9``, ``drip``, ``nonsense``, ``huge``, ``nothing``, ``error``.
"""

from tests.standins.rasa.process import RasaStandIn

__all__ = ["RasaStandIn"]
