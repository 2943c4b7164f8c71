"""A local stand-in for a mail provider's token server (RFC 6749, 7636, 7662)."""

from tests.standins.oauth.server import TokenServer

__all__ = ["TokenServer"]
