// Who else is at this ticket. Pages say it every 20 seconds; whom nobody heard of for 60 is gone.

const SAY_EVERY = 20_000;
const LASTS = 60_000;
const REPLYING_LASTS = 12_000;
const APART = 400;
const people = new Map(); // `${ticket}:${agent}` -> { ticket, agent, name, replying, until }
let socket;
let me;
let watched = "";
let typedAt = 0;
let stopped = false;
let saidAt = 0;
let timer;

export function openPresence(theirs) {
  socket = theirs;
  me = Number(document.body.dataset.agent);
  socket.on("who", ({ ticket }) => String(ticket) === watched && say());
  socket.on("here", heard);
  socket.on("gone", ({ ticket, agent }) => {
    if (agent === me && String(ticket) === watched) return say();
    people.delete(`${ticket}:${agent}`);
    return draw();
  });
  setInterval(() => {
    if (watched && document.visibilityState === "visible") say();
    draw();
  }, SAY_EVERY);
}

function heard(news) {
  if (news.agent === me) return;
  people.set(`${news.ticket}:${news.agent}`, { ...news, until: Date.now() + LASTS });
  draw();
}

const isReplying = () => Date.now() - typedAt < REPLYING_LASTS;

/** Says it as soon as the server listens. It drops what comes too soon after another sign, which
 *  a slow way there may bring about: then it is said once more. */
function say(stops = false) {
  stopped ||= stops;
  timer ??= setTimeout(sayNow, Math.max(0, saidAt + APART - Date.now()));
}

function sayNow() {
  clearTimeout(timer);
  timer = undefined;
  saidAt = Date.now();
  const stops = stopped;
  stopped = false;
  if (!socket?.connected || !watched) return;
  socket.emit("here", { ticket: Number(watched), replying: isReplying(), stops }, (heard) => heard || say(stops));
}

/** This page shows that ticket from now on. */
export function lookAt(ticket) {
  if (watched && watched !== ticket && typedAt) {
    stop();
    sayNow(); // of the ticket that is left
  }
  watched = ticket;
  say();
  draw();
}

/** A public reply is being written; said at once, and then only now and then. */
export function replying() {
  const was = isReplying();
  typedAt = Date.now();
  if (!was) say();
  clearTimeout(replying.timer);
  replying.timer = setTimeout(stop, REPLYING_LASTS);
}

export function stop() {
  if (!typedAt) return;
  typedAt = 0;
  say(true);
}

function draw() {
  for (const [key, one] of people) if (one.until < Date.now()) people.delete(key);
  drawHere();
  drawRows();
}

function drawHere() {
  const line = document.getElementById("present");
  if (!line) return;
  const here = [...people.values()].filter((one) => String(one.ticket) === watched);
  const writers = here.filter((one) => one.replying);
  const shown = writers.length ? writers : here;
  const words = shown.length ? line.dataset[writers.length ? "replies" : "views"].replace("{}", shown.map((one) => one.name).join(", ")) : "";
  if (line.textContent !== words) line.textContent = words; // a screen reader says it once
  line.hidden = !words;
}

/** In the queue: only who replies, so that two do not answer one customer. */
export function drawRows() {
  for (const old of document.querySelectorAll("#rows .replying")) old.remove();
  for (const one of people.values()) {
    const last = one.replying && document.querySelector(`#row_${one.ticket} .last`);
    if (!last) continue;
    const mark = document.createElement("span");
    mark.className = "replying badge word";
    mark.textContent = document.getElementById("list").dataset.replies.replace("{}", one.name);
    last.prepend(mark);
  }
}
