"""Email: parsing, composing, sending, fetching and listening. ``EmailChannel`` ties them up."""

from channels.email.channel import EmailChannel
from channels.email.settings import EmailSettings

__all__ = ["EmailChannel", "EmailSettings"]
