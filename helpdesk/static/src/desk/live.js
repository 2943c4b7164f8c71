// Sockets carry ids and numbers; what they mean is asked for over HTTP, like any page.
import { io } from "socket.io-client";
import { openBell } from "./bell.js";
import { refreshList } from "./list.js";
import { loadAnew } from "./newer.js";
import { lookAt, openPresence } from "./presence.js";
import { pull } from "./pull.js";
import { connected, onSignIn } from "./server.js";

const SAFETY = 30_000;
const LONG_AGO = 4 * 3600_000;
const TYPING_LASTS = 5000;
let socket;
let watched = "";
let typingTimer;
let lookedAt = Date.now();

export function goLive() {
  socket = io("/agents", { transports: ["websocket"] });
  openPresence(socket);
  openBell(socket);
  socket.on("disconnect", () => connected(false));
  onSignIn(() => {
    socket.disconnect().connect();
    catchUp();
  });
  socket.on("connect", () => {
    if (watched) tellWatched();
    catchUp();
  });
  socket.on("poke", (news) => {
    pullIfBehind(news);
    refreshList();
  });
  socket.on("receipt", pullIfBehind);
  socket.on("typing", ({ ticket }) => String(ticket) === watched && showTyping());
  addEventListener("online", catchUp);
  addEventListener("offline", () => connected(false));
  // Both are told to the document, and do not rise to the window.
  document.addEventListener("freeze", () => socket.disconnect());
  document.addEventListener("resume", () => socket.connect());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && catchUp());
  document.addEventListener("click", (event) => event.target.closest("[data-pull]") && catchUp());
  setInterval(() => document.visibilityState === "visible" && catchUp(), SAFETY);
}

function pullIfBehind({ ticket, version }) {
  const opened = document.getElementById("opened");
  if (opened?.dataset.ticket === String(ticket) && Number(opened.dataset.version) < version) pull();
}

/** Asks for what is missing; after a long absence that is the whole page. */
function catchUp() {
  if (Date.now() - lookedAt > LONG_AGO && loadAnew()) return;
  lookedAt = Date.now();
  pull();
  refreshList();
}

export function watch(ticket) {
  watched = ticket;
  if (socket?.connected) tellWatched();
}

function tellWatched() {
  const ticket = Number(watched);
  socket.emit("watch", { ticket }, (version) => pullIfBehind({ ticket, version }));
  lookAt(watched);
}

export function tellTyping() {
  if (socket?.connected && watched) socket.volatile.emit("typing", { ticket: Number(watched) });
}

function showTyping() {
  const line = document.getElementById("near");
  if (!line) return;
  line.hidden = false;
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => { line.hidden = true; }, TYPING_LASTS);
}
