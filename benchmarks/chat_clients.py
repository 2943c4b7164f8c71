"""The people of the chat benchmark: many visitors or a few agents, as one process of greenlets.

Started by benchmarks.chat with one line of JSON on stdin; says "ready" when everybody is
connected, begins at "go", and prints what was sent and what was seen, by message, at the end.
"""

from gevent import monkey

monkey.patch_all()

import http.client  # noqa: E402
import json  # noqa: E402
import random  # noqa: E402
import re  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import uuid  # noqa: E402
from urllib.parse import urlencode, urlsplit  # noqa: E402

import gevent  # noqa: E402
import websocket  # noqa: E402
from gevent.pool import Pool  # noqa: E402

AT = re.compile(r'data-version="(\d+)" data-event="(\d+)" data-head="(\w+)"')
TELLING = ("poke", "receipt")  # of the events, those that say that a ticket has changed
MESSAGE = re.compile(r"[va]-[0-9a-f]{32}")


class Http:
    """Kept-alive connections, as many at once as are needed; cookies included."""

    def __init__(self, url):
        self._host = urlsplit(url).netloc
        self._idle = []
        self.headers = {}

    def ask(self, method, path, body=None, headers=None):
        given = self.headers | (headers or {})
        try:
            answer, said = self._once(self._idle.pop(), method, path, body, given)
        except (IndexError, http.client.HTTPException, OSError):  # none idle, or it went stale
            fresh = http.client.HTTPConnection(self._host, timeout=60)
            answer, said = self._once(fresh, method, path, body, given)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:200]!r}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.headers["Cookie"] = cookie.partition(";")[0]
        return said.decode()

    def _once(self, connection, method, path, body, headers):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.read()
        self._idle.append(connection)
        return answer, said

    def form(self, path, fields, headers=None):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields), kind | (headers or {}))

    def json(self, method, path, body=None):
        kind = {"Content-Type": "application/json"} if body is not None else {}
        return json.loads(
            self.ask(method, path, json.dumps(body) if body is not None else None, kind)
        )


def listen(url, namespace, auth, cookie, on_event):
    """A Socket.IO client, spoken by hand: it costs this machine next to nothing."""
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    socket = websocket.create_connection(address, cookie=cookie, timeout=90)
    socket.recv()
    socket.send(f"40{namespace},{json.dumps(auth)}")
    answer = socket.recv()
    assert answer.startswith(f"40{namespace}"), answer

    def receive():
        while True:
            packet = socket.recv()
            if packet == "2":
                socket.send("3")
            elif packet.startswith("42"):
                on_event(*json.loads(packet[packet.index("[") :]))

    gevent.spawn(receive)
    return socket


class Visitor:
    """A browser with the widget open and in view."""

    def __init__(self, plan, log):
        self._http = Http(plan["url"])
        self._log = log
        self._cursor = ""
        self._busy = False
        self._again = False
        self._sending = 0
        self._poke = None
        self._plan = plan

    def connect(self):
        started = self._http.json("POST", "/widget/demo/visitors", {})
        self._http.headers["Authorization"] = f"Bearer {started['token']}"
        auth = {"inbox": "demo", "token": started["token"]}
        self._socket = listen(self._plan["url"], "/chat", auth, None, self._hear)
        self.say("hello")
        self.pull()

    def say(self, text=None):
        text = text or f"v-{uuid.uuid4().hex}"
        if text.startswith("v-"):
            self._log.sent(text)
        message = {"text": text, "client_id": uuid.uuid4().hex}
        self._sending += 1
        try:
            path = f"/widget/demo/messages?after={self._cursor}"
            self._learn(self._http.json("POST", path, message)["news"])
        finally:
            self._sending -= 1
        poke, self._poke = self._poke, None
        if poke and self._lacks(poke):
            self.pull()

    def _hear(self, event, news):
        if event != "poke" or not self._lacks(news):
            return
        if self._sending:
            self._poke = news
        else:
            gevent.spawn(self.pull, news)

    def _lacks(self, news):
        known = dict(pair.split(".") for pair in self._cursor.split("-") if pair)
        return int(known.get(str(news["ticket"]), 0)) < news["version"]

    def pull(self, news=None):
        if self._busy:
            self._again = news or True
            return
        self._busy = True
        try:
            self._take("GET", f"/widget/demo/messages?after={self._cursor}")
        finally:
            self._busy = False
        again, self._again = self._again, False
        if again is True or (again and self._lacks(again)):
            self.pull()

    def _take(self, method, path, body=None):
        theirs = self._learn(self._http.json(method, path, body))
        if theirs and method == "GET":
            seen = {str(m["ticket"]): m["seq"] for m in theirs}
            self._take("POST", "/widget/demo/read", {"after": self._cursor, "seen": seen})

    def _learn(self, news):
        known = max((self._cursor, news["cursor"]), key=lambda c: int(c.partition(".")[2] or 0))
        self._cursor = known  # each visitor has one ticket here
        theirs = [m for m in news["messages"] if not m["mine"]]
        for message in theirs:
            self._log.seen(message["text"])
        return theirs

    def check(self):
        """Everything that is there now, for a page that is opened anew."""
        news = self._http.json("GET", "/widget/demo/messages?after=")
        self._log.there([m["text"] for m in news["messages"]])


class Agent:
    """A colleague's page: signed in, poked for every ticket, showing the one that it answered."""

    def __init__(self, plan, log, number, versions):
        self._url = plan["url"]
        self._log = log
        self._hears = number == 0  # one page takes in what is said anywhere; all are poked
        self._http = Http(plan["url"])
        self._csrf = ""
        self._versions = versions  # of all colleagues: what is opened was shown before
        self._busy = set()
        self._due = set()

    def connect(self):
        page = self._http.ask("GET", "/login")
        token = re.search(r'csrf-token" content="([^"]+)', page)[1]
        login = {
            "email": "mei@tarnfold.example",
            "password": "ridge-to-valley",
            "csrf_token": token,
        }
        self._http.form("/login", login)
        page = self._http.ask("GET", "/tickets")
        self._csrf = re.search(r'csrf-token" content="([^"]+)', page)[1]
        cookie = self._http.headers["Cookie"]
        self._socket = listen(self._url, "/agents", {}, cookie, self._hear)

    def _hear(self, event, news):
        if event not in TELLING:
            return
        known = self._versions.get(news["ticket"], (0, 0, ""))[0]
        if (event == "receipt" or self._hears) and known < news["version"]:
            gevent.spawn(self.pull, news["ticket"])

    def pull(self, ticket):
        if ticket in self._busy:
            self._due.add(ticket)
            return
        self._busy.add(ticket)
        try:
            path = f"/tickets/{ticket}/transcript?{self._since(ticket)}"
            self._take(ticket, self._http.ask("GET", path, headers={"HX-Request": "true"}))
        finally:
            self._busy.discard(ticket)
        if ticket in self._due:
            self._due.discard(ticket)
            self.pull(ticket)

    def _since(self, ticket):
        version, event, head = self._versions.get(ticket, (0, 0, ""))
        return f"after={version}&event={event}&head={head}"

    def _take(self, ticket, html):
        for text in MESSAGE.findall(html):
            self._log.seen(text)
        found = AT.search(html)
        before = self._versions.get(ticket, (0, 0, ""))
        self._versions[ticket] = max(before, (int(found[1]), int(found[2]), found[3]))

    def reply(self, ticket):
        text = f"a-{uuid.uuid4().hex}"
        self._socket.send(f'42/agents,["watch",{{"ticket":{ticket}}}]')
        self._log.sent(text)
        fields = {"text": text, "client_id": str(uuid.uuid4()), "csrf_token": self._csrf}
        path = f"/tickets/{ticket}/replies?{self._since(ticket)}"
        self._http.form(path, fields, {"HX-Request": "true"})


class Log:
    """When each message was sent, and when somebody on the other side had it."""

    def __init__(self):
        self.times = {"sent": {}, "seen": {}, "there": []}

    def sent(self, text):
        self.times["sent"][text] = time.time()

    def seen(self, text):
        if MESSAGE.fullmatch(text):
            self.times["seen"].setdefault(text, time.time())

    def there(self, texts):
        self.times["there"] += [text for text in texts if MESSAGE.fullmatch(text)]


def talk(act, rate, seconds):
    """``act`` at random moments, ``rate`` times a second on average, as people do."""
    ends = time.time() + seconds
    running = Pool(200)
    while time.time() < ends:
        gevent.sleep(random.expovariate(rate))
        running.spawn(act)
    running.join(timeout=30)


def be_visitors(plan, log):
    people = [Visitor(plan, log) for _ in range(plan["count"])]
    connecting = Pool(20)
    for person in people:
        connecting.spawn(person.connect)
    connecting.join(raise_error=True)
    yield
    talk(lambda: random.choice(people).say(), plan["rate"], plan["seconds"])
    yield
    for person in people:
        person.check()


def be_agents(plan, log):
    versions = {}
    people = [Agent(plan, log, number, versions) for number in range(plan["count"])]
    for person in people:
        person.connect()
    yield
    talk(
        lambda: versions and random.choice(people).reply(random.choice(list(versions))),
        plan["rate"],
        plan["seconds"],
    )
    yield


def follow_plan(parts):
    """Read the plan and play its part, a step each time one is told to go on."""
    plan = json.loads(sys.stdin.readline())
    log = Log()
    for _ in parts[plan["as"]](plan, log):
        print("ready", flush=True)
        gevent.get_hub().threadpool.apply(sys.stdin.readline)  # the people go on meanwhile
    print(json.dumps(log.times), flush=True)


if __name__ == "__main__":
    follow_plan({"visitors": be_visitors, "agents": be_agents})
