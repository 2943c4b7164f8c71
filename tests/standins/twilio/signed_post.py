"""The provider's webhooks: forms posted with the account's signature."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import requests
from twilio.request_validator import RequestValidator

Form = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """One webhook as it was posted, and what the desk said."""

    url: str
    form: Form
    status: int
    body: str


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def post(url: str, form: Form, auth_token: str, timeout: float = 15) -> Answer:
    """Post ``form`` as Twilio would; it waits 15 seconds for an answer."""
    signature = RequestValidator(auth_token).compute_signature(url, form)
    response = requests.post(
        url,
        data=form,
        headers={"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"},
        timeout=timeout,
    )
    return Answer(url, form, response.status_code, response.text)
