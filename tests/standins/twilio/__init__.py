"""A stateful local stand-in of Twilio: its REST API, and its side of text messages and calls."""

from tests.standins.twilio.calls import PlayedCall
from tests.standins.twilio.messages import SentMessage
from tests.standins.twilio.numbers import Numbers
from tests.standins.twilio.signed_post import Answer
from tests.standins.twilio.standin import TwilioStandIn

__all__ = ["Answer", "Numbers", "PlayedCall", "SentMessage", "TwilioStandIn"]
