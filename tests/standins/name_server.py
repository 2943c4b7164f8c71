"""A name server on this machine: answers over UDP from a zone that the test wrote."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Mapping, Sequence

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

from tests.servers.ports import HOST

Zone = Mapping[tuple[str, str], Sequence[str]]
"""(name, kind) -> the records, as a zone file writes them."""


class NameServer(socketserver.ThreadingUDPServer):
    """``asked`` are the questions in the order in which they came."""

    def __init__(self, zone: Zone) -> None:
        super().__init__((HOST, 0), _Handler)
        self.zone = zone
        self.asked: list[tuple[str, str]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def resolver(self) -> dns.resolver.Resolver:
        """One that asks here and nowhere else."""
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [HOST], self.server_address[1]
        return resolver

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(socketserver.BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, line = self.request
        question = dns.message.from_wire(data)
        line.sendto(self._answer(question).to_wire(), self.client_address)

    def _answer(self, question: dns.message.Message) -> dns.message.Message:
        asked = question.question[0]
        name = asked.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(asked.rdtype)
        self.server.asked.append((name, kind))
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        records = self.server.zone.get((name, kind))
        if records:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *records))
        elif not any(name == known for known, _ in self.server.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
