"""Who may hold a customer of a pool, and how many."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.rules.actor import Actor, NotAllowed, Role
from helpdesk.rules.refusal import Refusal

LEADERS = (Role.SUPERVISOR, Role.ADMIN)


class PoolIsFull(Refusal):
    """The agent holds as many customers as one may."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer in a pool. ``is_member``: the agent belongs to the pool's team; ``held``: how
    many customers of the pool the agent holds; ``cap`` 0: no end."""

    holder_id: int | None
    is_member: bool
    held: int
    cap: int


def check_claim(actor: Actor, agent_id: int, standing: Standing) -> None:
    """Raise ``NotAllowed`` or ``PoolIsFull`` unless ``actor`` may let the agent hold them.

    Members take for themselves what is free; supervisors and admins give to any member, also
    what another holds. Nobody goes beyond the cap.
    """
    if not standing.is_member:
        raise NotAllowed("Only members of the pool's team may hold its customers.")
    is_leader = actor.role in LEADERS
    if agent_id != actor.id and not is_leader:
        raise NotAllowed("Only supervisors and admins may do this.")
    if standing.holder_id is not None and standing.holder_id != agent_id and not is_leader:
        raise NotAllowed("Somebody holds this customer already.")
    if standing.cap and standing.held >= standing.cap and standing.holder_id != agent_id:
        raise PoolIsFull(
            "%(cap)s customers are held already, and that is the most. Release one first.",
            cap=standing.cap,
        )


def check_release(actor: Actor, holder_id: int | None) -> None:
    """The holder lets go; supervisors and admins may do it for them."""
    if holder_id != actor.id:
        actor.must_be(*LEADERS)
