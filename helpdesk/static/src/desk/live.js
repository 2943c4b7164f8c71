// Sockets carry ids and numbers; what they mean is asked for over HTTP, like any page.
import { io } from "socket.io-client";
import { refreshList } from "./list.js";
import { pull } from "./pull.js";

const SAFETY = 30_000;
const TYPING_LASTS = 5000;
let socket;
let watched = "";
let typingTimer;

export function goLive() {
  socket = io("/agents", { transports: ["websocket"] });
  socket.on("connect", () => {
    if (watched) socket.emit("watch", { ticket: Number(watched) });
    catchUp();
  });
  socket.on("poke", ({ ticket, version }) => {
    const opened = document.getElementById("opened");
    if (opened?.dataset.ticket === String(ticket) && Number(opened.dataset.version) < version) pull();
    refreshList();
  });
  socket.on("typing", ({ ticket }) => String(ticket) === watched && showTyping());
  addEventListener("online", catchUp);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && catchUp());
  document.addEventListener("click", (event) => event.target.closest("[data-pull]") && catchUp());
  setInterval(() => document.visibilityState === "visible" && catchUp(), SAFETY);
}

function catchUp() {
  pull();
  refreshList();
}

export function watch(ticket) {
  watched = ticket;
  if (socket?.connected) socket.emit("watch", { ticket: Number(ticket) });
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
