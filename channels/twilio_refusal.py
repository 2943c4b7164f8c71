"""Why Twilio would not take or deliver a message, in plain words, and whether to try again."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from channels.message import PermanentFailure, TemporaryFailure, UnknownOutcome

# Source: https://www.twilio.com/docs/api/errors
SENTENCES = {
    20003: "Twilio did not accept the account SID and auth token of this inbox",
    20404: "Twilio does not know the account of this inbox",
    20429: "Twilio takes no more messages from us for the moment",
    21211: "The customer's number is not a valid telephone number",
    21212: "The number of this inbox is not one that Twilio can send from",
    21408: "The Twilio account may not send to the customer's country",
    21601: "The number of this inbox cannot send text messages",
    21602: "The message has no text",
    21606: "The number of this inbox cannot send text messages to this customer",
    21608: "A trial account at Twilio sends to verified numbers only",
    21610: "The customer has opted out by replying STOP, and must reply START first",
    21612: "Twilio has no route from the number of this inbox to the customer",
    21614: "The customer's number is not a mobile number",
    21617: "The message is too long for a text message",
    21620: "Twilio could not read the address of an attached file",
    21623: "The attached files are too many or too large",
    30001: "Twilio's queue for this number was full",
    30002: "The Twilio account is suspended",
    30003: "The customer's telephone is switched off or out of reach",
    30004: "The customer or their carrier blocks messages from us",
    30005: "The customer's number does not exist or is no longer in use",
    30006: "The customer's number is a landline, or its carrier takes no text messages",
    30007: "A carrier's filter took the message for unwanted mail and held it back",
    30008: "The carrier did not deliver it and gave no reason",
    30022: "The carrier's limit on messages from us was reached",
    30034: "The number of this inbox is not registered for business messages in the United States",
    30410: "The carrier did not answer in time",
}

# The number itself is the trouble: no later message will reach it either.
_HOPELESS_NUMBER = {21211, 21610, 21614, 30004, 30005, 30006}

_NEVER_LEFT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    ssl.SSLCertVerificationError,
    requests.exceptions.InvalidURL,
)

_GATEWAY_GAVE_UP = {502, 504}  # the server behind the gateway may have taken it


def sentence(code: int | None, otherwise: str = "") -> str:
    """The reason in plain words with the provider's code: "... (21610)"."""
    words = SENTENCES.get(code or 0) or _first_line(otherwise) or "Twilio gave no reason"
    return f"{words} ({code})." if code else f"{words}."


def _first_line(words: str) -> str:
    line = words.strip().partition("\n")[0]
    return line[:300].rstrip(". ")


def is_hopeless(code: int | None) -> bool:
    """Whether ``code`` says that this number will never take a message from us."""
    return code in _HOPELESS_NUMBER


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the client raises into the desk's three kinds of failure."""
    try:
        yield
    except TwilioRestException as error:
        raise _refusal(error.status, error.code, error.msg) from error
    except TwilioServiceException as error:
        raise _refusal(error.status, error.code, error.detail or error.title) from error
    except requests.RequestException as error:
        raise _lost_connection(error) from error
    except (TwilioException, json.JSONDecodeError, AttributeError) as error:
        raise UnknownOutcome("Twilio answered, but not in a way that could be read.") from error


def _refusal(status: int, code: int | None, message: str) -> Exception:
    code = code if code != status else None  # the client fills in the status for want of a code
    if status in _GATEWAY_GAVE_UP:
        return UnknownOutcome(f"Twilio's gateway got no answer (HTTP {status}).")
    if status == 429 or status >= 500:
        return TemporaryFailure(sentence(code, f"Twilio is not able to answer: HTTP {status}"))
    return PermanentFailure(sentence(code, message or f"Twilio refused it: HTTP {status}"))


def _lost_connection(error: requests.RequestException) -> Exception:
    if any(isinstance(cause, _NEVER_LEFT) for cause in _causes(error)):
        return TemporaryFailure("Twilio could not be reached.")
    return UnknownOutcome("The connection to Twilio was lost before it answered.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and everything wrapped in it; urllib3 hides the cause in ``reason``."""
    pending, seen = [error], set[int]()
    while pending:
        cause = pending.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        pending += [each for each in inner if isinstance(each, BaseException)]
