"""The desk's side of the contract as a small real HTTP server: articles, orders, a token."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HOST = "127.0.0.1"
TOKEN = "token-of-a-stand-in"  # noqa: S105  it opens nothing else

# Words of a question, and the article that answers it.
ARTICLES = {
    "returns": (
        ("return", "退货", "退貨", "退回"),
        ("Sending something back", "Send it back within 60 days."),
        ("退货", "60天之内可以退货。"),
    ),
    "delivery": (
        ("delivery", "shipping", "deliver", "配送", "运费", "運費"),
        ("Delivery times and prices", "Parcels take three days."),
        ("配送时间和运费", "包裹需要三天。"),
    ),
}
OFFERS = ("gas", "气罐", "氣罐")  # a question with these words is offered three articles
ORDERS = {"TF-20841": "shipped", "TF-21033": "packed"}


@dataclass
class DeskStandIn:
    """``proved`` are orders whose customer has been identified; ``codes`` can be sent to who has
    not been; ``silent`` answers nothing."""

    proved: set[str] = field(default_factory=set)
    codes: bool = False
    silent: bool = False
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"desk": self})
        self._server = ThreadingHTTPServer((HOST, 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    def reset(self) -> None:
        self.proved.clear()
        self.asked.clear()
        self.silent = self.codes = False

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def search(self, question: str, lang: str) -> dict[str, Any]:
        said = question.lower()
        if any(word in said for word in OFFERS):
            slugs = ("gas", "delivery", "returns")
            return _outcome("offer", 0.5, [_article(slug, lang) for slug in slugs])
        for slug, (words, *_) in ARTICLES.items():
            if any(word in said for word in words):
                return _outcome("answer", 0.93, [_article(slug, lang)])
        return _outcome("unknown", 0.05, [])

    def order(self, number: str) -> dict[str, Any]:
        if number not in ORDERS:
            return {"state": "unknown"}
        if number not in self.proved:
            return {"state": "unproved", "code": self.codes}
        told = {"external_id": number, "state": ORDERS[number], "placed": "2026-11-14"}
        return {"state": "verified", "order": {**told, "summary": "Ridge 2 tent"}}


def _article(slug: str, lang: str) -> dict[str, Any]:
    _, english, chinese = ARTICLES.get(slug, ((), ("Gas cartridges", "Any."), ("气罐", "都行。")))
    title, summary = english if lang == "en" else chinese
    url = f"https://desk.example/help/{lang}/{slug}"
    found = {"slug": slug, "title": title, "url": url, "summary": summary}
    return {**found, "score": 8.5, "confidence": 0.9}


def _outcome(kind: str, confidence: float, articles: list[dict[str, Any]]) -> dict[str, Any]:
    return {"outcome": kind, "confidence": confidence, "articles": articles}


class _Handler(BaseHTTPRequestHandler):
    desk: DeskStandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(place.query).items()}
        self.desk.asked.append((place.path, asked))
        if self.desk.silent:
            return self._answer(503, {})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.desk.refused += 1
            return self._answer(401, {})
        if place.path == "/bot/search":
            return self._answer(200, self.desk.search(asked.get("q", ""), asked["lang"]))
        return self._answer(200, self.desk.order(unquote(place.path).removeprefix("/bot/orders/")))

    def _answer(self, status: int, found: dict[str, Any]) -> None:
        body = json.dumps(found).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests ask for what was asked."""
