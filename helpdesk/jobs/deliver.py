"""Getting one delivery out: claim it, hand it to the provider, record the truth."""

from __future__ import annotations

import structlog

from channels.message import (
    AddressRefused,
    NotReachable,
    PermanentFailure,
    TemporaryFailure,
    UnknownOutcome,
)
from helpdesk.actions import deliveries, follow_up
from helpdesk.actions.deliveries import Claim
from helpdesk.config import SettingsError
from helpdesk.desk import Desk

log = structlog.get_logger(__name__)


def deliver(desk: Desk, delivery_id: int) -> None:
    """Try the delivery once. Safe to call for one that another worker has, or that is done."""
    claim = deliveries.claim(desk, delivery_id)
    if claim is not None:
        _hand_over(desk, claim)


def _hand_over(desk: Desk, claim: Claim) -> None:
    number = claim.delivery_id
    try:
        receipt = desk.channels[claim.channel].send(claim.message, desk.settings_of(claim.inbox))
    except NotReachable as away:
        follow_up.follow_by_email(desk, number, str(away))
    except TemporaryFailure as failure:
        deliveries.put_off(desk, number, str(failure))
    except AddressRefused as failure:
        deliveries.failed(desk, number, str(failure), unreachable=True)
    except (PermanentFailure, SettingsError) as failure:
        deliveries.failed(desk, number, str(failure))
    except UnknownOutcome as doubt:
        deliveries.unknown(desk, number, str(doubt))
    except Exception as error:
        log.exception("delivery.crashed", delivery=number)
        deliveries.put_off(desk, number, f"The desk stumbled: {type(error).__name__}.")
    else:
        deliveries.accepted(desk, number, receipt)
