"""Free TCP ports that no other test process takes in the meantime."""

import random
import socket

HOST = "127.0.0.1"

# Below the range from which the system takes the ports of outgoing connections.
FIRST, LAST = 20_000, 29_999

_claims: dict[int, socket.socket] = {}


def free_port() -> int:
    """A port of 127.0.0.1 that stays this process's until it ends.

    The claim is the UDP port of the same number, held open: nobody else's `free_port` can have it,
    whoever they run as, and the system frees it when this process dies.
    """
    for port in random.sample(range(FIRST, LAST + 1), k=500):
        if port not in _claims and (claim := _claim(port)):
            _claims[port] = claim
            return port
    raise RuntimeError(f"No free port between {FIRST} and {LAST}: what is using them?")


def _claim(port: int) -> socket.socket | None:
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind((HOST, port))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.bind((HOST, port))
    except OSError:
        claim.close()
        return None
    return claim


def is_open(port: int, timeout: float = 0.5) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=timeout):
            return True
    except OSError:
        return False
