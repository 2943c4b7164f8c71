// The line to the desk: pokes over a socket, news over HTTP, and the truth about being connected.

import { io } from "socket.io-client";
import { about } from "./about.js";
import * as api from "./api.js";

const WITH_SOCKET = 60_000; // a lost poke costs a minute at most
const WITHOUT = 8_000;
const PATIENCE = 5_000; // before the banner shows

export function openLine({ onNews, onRead, onTyping, onState, onLost }) {
  let cursor = {};
  let pulling = null;
  let waiting = null;
  let sending = 0;
  let isUp = true;
  let timer = 0;
  let bannerTimer = 0;
  let lastTyped = 0;

  const socket = io("/chat", {
    transports: ["websocket"], autoConnect: false, reconnectionDelayMax: 10_000,
    auth: (give) => give({ inbox: about.key, token: api.currentToken() }),
  });

  const written = () => Object.entries(cursor).map(([t, v]) => `${t}.${v}`).join("-");

  // What a poke told of, while a request was under way that may have answered it already.
  let poked = new Map();

  const news = async (request) => take(await request(written()));

  // Whatever an answer brings, it has everything up to its cursor; an older one takes nothing back.
  function take(answer) {
    const pairs = answer.cursor.split("-").filter(Boolean).map((pair) => pair.split(".").map(Number));
    cursor = Object.fromEntries(pairs.map(([ticket, version]) => [ticket, Math.max(version, cursor[ticket] ?? 0)]));
    isReachable(true);
    return onNews(answer);
  }

  // One request at a time; what it did not answer is asked afterwards.
  function ask(request) {
    if (!api.hasToken()) return Promise.resolve();
    if (pulling) { if (!waiting || request !== api.pull) waiting = request; return pulling; }
    pulling = news(request).catch(trouble).finally(() => {
      pulling = null;
      schedule();
      if (!sending) settle();
    });
    return pulling;
  }

  const lacks = ([ticket, version]) => !(cursor[ticket] >= version);
  const pull = () => ask(api.pull);

  // Says what the visitor has read; told again with the next one when the line is down.
  const read = (seen) => ask(async (after) => {
    const answer = await api.read(after, seen);
    onRead(seen);
    return answer;
  });

  // Sends a message and takes in the news that its answer carries. A poke meanwhile most likely
  // tells of that message; an upload may take long, so there it is asked for at once.
  async function send(item, onProgress) {
    const isQuick = !item.files.length;
    sending += isQuick;
    try {
      const answer = await api.send(item, written(), onProgress);
      await take(answer.news);
      return answer;
    } finally {
      sending -= isQuick;
      if (!sending && !pulling) settle();
    }
  }

  // Asks for what was told of meanwhile, and was not answered yet.
  function settle() {
    const next = waiting ?? ([...poked].some(lacks) ? api.pull : null);
    waiting = null;
    poked = new Map();
    if (next) ask(next);
  }

  function trouble(error) {
    if (!(error instanceof api.Refusal)) isReachable(false);
    else if (error.status === 401) onLost(error);
  }

  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(pull, socket.connected ? WITH_SOCKET : WITHOUT);
  }

  function isReachable(reachable) {
    if (reachable === isUp && (reachable || bannerTimer)) return;
    isUp = reachable;
    clearTimeout(bannerTimer);
    bannerTimer = 0;
    if (reachable) onState(true);
    else bannerTimer = setTimeout(() => onState(false), navigator.onLine ? PATIENCE : 0);
  }

  socket.on("connect", pull);
  socket.on("disconnect", schedule);
  socket.on("connect_error", (error) => {
    if (!socket.active) onLost(error);
    schedule();
  });
  socket.on("poke", ({ ticket, version }) => {
    if (!lacks([ticket, version])) return;
    if (pulling || sending) poked.set(ticket, version);
    else pull();
  });
  socket.on("typing", ({ name }) => onTyping(name));

  addEventListener("online", () => { socket.connect(); pull(); });
  addEventListener("offline", () => isReachable(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && pull());

  return {
    pull,
    read,
    send,
    connect: () => { if (!socket.connected) socket.connect(); return pull(); },
    // The visitor is another one now, or has a new token.
    reset() { cursor = {}; socket.disconnect(); socket.connect(); },
    renew() { socket.disconnect(); socket.connect(); },
    typing() {
      if (!socket.connected || Date.now() - lastTyped < 2500) return;
      lastTyped = Date.now();
      socket.emit("typing");
    },
    isReachable,
  };
}
