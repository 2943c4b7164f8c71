"""The stand-in itself: ``python -m tests.standins.rasa.server PORT``."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HEARD: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/heard":
            self._send(HEARD)
        else:
            self._send({"status": "ok"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        HEARD.append(asked)
        words = asked["message"].splitlines()[-1].split()
        self._act(words[0] if words else "", words[1:])

    def _act(self, what: str, rest: list[str]) -> None:
        if what == "sleep":
            time.sleep(float(rest[0]))
            self._send(reply("I slept."))
        elif what == "drip":
            self._drip()
        elif what == "nonsense":
            self._bytes(b"<html>not json")
        elif what == "huge":
            self._bytes(b'[{"text": "' + b"x" * 3_000_000 + b'"}]')
        elif what == "nothing":
            self._send([])
        elif what == "error":
            self.send_error(500)
        else:
            self._send(SAYS.get(what, lambda _rest: reply(f"You said {what}."))(rest))

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(300):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def _send(self, value: object) -> None:
        self._bytes(json.dumps(value).encode())

    def _bytes(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def reply(text: str, *commands: dict[str, Any], intent: str = "chat", **more: Any) -> list[Any]:
    custom = {
        "commands": list(commands),
        "understood": {
            "intent": intent, "confidence": 0.93, "cosine": 0.8, "language": "en",
            "ranking": [[intent, 0.93], ["greet", 0.04], ["goodbye", 0.03]],
            "entities": {"order_number": "T-1001"},
        },
        "articles": more.get("articles", []),
    }  # fmt: skip
    return [{"text": text, "buttons": more.get("buttons", [])}, {"custom": custom}]


def answered(rest: list[str]) -> list[Any]:
    slug = rest[0]
    return reply(
        f"See {slug}.",
        {"do": "answered", "slug": slug, "lang": "en", "confidence": 0.9},
        intent="ask_article",
        articles=[{"slug": slug, "score": 7.5, "confidence": 0.9}],
        buttons=[{"title": "Yes", "payload": "Yes"}, {"title": "No", "payload": "No"}],
    )


def handed_off(rest: list[str]) -> list[Any]:
    summary = {
        "asked": "Where is my parcel?",
        "tried": ["track-your-order"],
        "collected": {"order": "T-1001"},
    }
    return reply(
        "I hand you to a person.",
        {"do": "handoff", "reason": rest[0] if rest else "asked", "summary": summary},
        intent="ask_person",
    )


SAYS = {
    "answer": answered,
    "handoff": handed_off,
    "unsure": lambda _: reply("Could you say that in other words?", intent="nlu_fallback"),
    "thanks": lambda _: reply("Glad to hear.", {"do": "helped", "yes": True}, {"do": "resolve"}),
    "wrong": lambda _: reply("I am sorry.", {"do": "helped", "yes": False}),
    "verify": lambda _: reply("", {"do": "verify", "order": "T-1001"}),
    "code": lambda rest: reply("A code is on its way.", {"do": "send_code", "order": rest[0]}),
    "form": lambda _: reply(
        "I have opened a ticket.",
        {"do": "open_ticket", "subject": "Torn tent", "text": "It tore.", "email": "a@b.example"},
    ),
    "Yes": lambda _: reply("You pressed yes.", {"do": "helped", "yes": True}),
}


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    server.daemon_threads = True
    server.serve_forever()
