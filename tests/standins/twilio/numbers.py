"""The numbers that behave in a known way, all from ranges kept free for drama (Ofcom, NANP)."""

from __future__ import annotations

from typing import Final


class Numbers:
    """Recipients and what becomes of a message to them; every other number gets it delivered."""

    OURS: Final = "+12025550142"
    CUSTOMER: Final = "+447700900123"

    # Refused at once: HTTP 400 with the code.
    NOT_A_NUMBER: Final = "+447700900211"
    COUNTRY_NOT_ALLOWED: Final = "+447700900408"
    OPTED_OUT: Final = "+447700900610"
    LANDLINE: Final = "+447700900614"

    # Accepted, then undelivered.
    SWITCHED_OFF: Final = "+447700900303"
    DOES_NOT_EXIST: Final = "+447700900305"
    CARRIER_TAKES_NO_TEXTS: Final = "+447700900306"
    FILTERED: Final = "+447700900307"
    UNREGISTERED_SENDER: Final = "+447700900334"

    # The provider's own trouble.
    TOO_MANY: Final = "+447700900429"  # HTTP 429, not accepted
    BROKEN: Final = "+447700900500"  # HTTP 500, not accepted
    GATEWAY: Final = "+447700900504"  # HTTP 504 from a gateway, yet accepted
    HANGS: Final = "+447700900901"  # accepted, never answered
    DROPS: Final = "+447700900902"  # accepted, the connection is closed without an answer
    GIBBERISH: Final = "+447700900903"  # accepted, answered with something that is not JSON


REFUSED = {
    Numbers.NOT_A_NUMBER: (21211, "Invalid 'To' Phone Number: {to}"),
    Numbers.COUNTRY_NOT_ALLOWED: (
        21408,
        "Permission to send an SMS has not been enabled for the region of the 'To' number",
    ),
    Numbers.OPTED_OUT: (21610, "Attempt to send to unsubscribed recipient"),
    Numbers.LANDLINE: (21614, "'To' number is not a valid mobile number"),
}

UNDELIVERED = {
    Numbers.SWITCHED_OFF: 30003,
    Numbers.DOES_NOT_EXIST: 30005,
    Numbers.CARRIER_TAKES_NO_TEXTS: 30006,
    Numbers.FILTERED: 30007,
    Numbers.UNREGISTERED_SENDER: 30034,
}
