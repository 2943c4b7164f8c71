// The transcript: what comes from the server is put in by its id, and stands in order of place.
import { Idiomorph } from "idiomorph";
import { busy } from "./busy.js";
import { ask, tell } from "./server.js";
import { seen as seenUpTo } from "./marks.js";
import { localizeTimes } from "./times.js";

const thread = () => document.getElementById("thread");
const scroller = () => document.getElementById("transcript");
const order = ({ dataset }) => [dataset.place ?? dataset.seq, dataset.rank, dataset.number].map((value) => Number(value ?? 0));

function precedes(one, other) {
  const [a, b] = [order(one), order(other)];
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** Puts turns in; true when a customer's message is new. A turn that is there is replaced only by
 *  what is newer, so that answers which overtake each other do no harm. */
export function upsert(turns) {
  const wasAtEnd = isAtEnd();
  let isNews = false;
  for (const turn of turns) {
    const known = document.getElementById(turn.id);
    if (known && Number(known.dataset.version ?? 0) > Number(turn.dataset.version ?? 0)) continue;
    if (!known && turn.matches(".inbound")) isNews = true;
    if (known && !known.matches(".pending:not([data-version])")) Idiomorph.morph(known, turn, { callbacks: keepOpen });
    else place(turn, known);
    if (turn.dataset.gone && !turns.some((other) => other.matches(`[data-rank="1"][data-number="${turn.dataset.gone}"]`))) remove(turn.dataset.gone);
    if (!known) follow(turn.dataset);
  }
  localizeTimes(thread());
  observe();
  if (wasAtEnd) toEnd();
  return isNews;
}

const keepOpen = {
  beforeAttributeUpdated: (name) => name !== "open" && name !== "src",
};

/** A message that lies in another ticket now. */
function remove(number) {
  thread().querySelector(`.turn[data-rank="1"][data-number="${number}"]`)?.remove();
  document.getElementById(`switch_${number}`)?.remove();
}

/** The ticket became part of another one, or another one of it: what is shown is no longer it. */
function follow({ leadsTo, anew }) {
  const to = leadsTo ?? (anew === undefined ? "" : document.getElementById("opened").dataset.url);
  if (to) window.htmx.ajax("GET", to + window.location.search, { target: "#opened", swap: "outerHTML" });
  if (leadsTo) window.history.replaceState({}, "", leadsTo + window.location.search);
}

function place(turn, known) {
  known?.remove();
  const all = [...thread().children];
  const next = all.find((other) => precedes(turn, other));
  if (next) next.before(turn);
  else thread().append(turn);
}

export const isAtEnd = () => {
  const pane = scroller();
  return pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
};

export function toEnd() {
  scroller().scrollTop = scroller().scrollHeight;
}

// A message is seen once it was on a visible screen: only then may an answer be sent after it.

let eyes;

function observe() {
  eyes?.disconnect();
  eyes = new IntersectionObserver(markSeen, { root: scroller(), threshold: 0 });
  for (const turn of thread().querySelectorAll(".turn.inbound")) eyes.observe(turn);
}

function markSeen(entries) {
  if (document.visibilityState !== "visible") return;
  const field = document.querySelector("#composer [name=seen_seq]");
  if (!field) return;
  const seen = entries.filter((entry) => entry.isIntersecting).map((entry) => Number(entry.target.dataset.seq));
  const latest = Math.max(Number(field.value), ...seen);
  const unseen = [...thread().querySelectorAll(".turn.inbound")].some(
    (turn) => Number(turn.dataset.seq) > Number(field.value) && Number(turn.dataset.seq) < latest && !seen.includes(Number(turn.dataset.seq)),
  );
  if (unseen) return;
  field.value = latest;
  seenUpTo(Math.max(latest, lastShown()));
}

/** The last message of all: what we said needs no reading. */
const lastShown = () => Math.max(0, ...[...thread().querySelectorAll(".turn:not(.pending, .event)")].map((turn) => Number(turn.dataset.seq)));

document.addEventListener("visibilitychange", () => thread() && observe());

// Who reads the end stays there when the pane or its messages change their height: a player that
// loads, a composer that grows. Only a scroll upwards leaves the end: one that merely fell behind
// comes from the growth itself.

let stays = true;
let heights;

function stayAtEnd() {
  const pane = scroller();
  let last = pane.scrollTop;
  stays = true;
  pane.addEventListener("scroll", () => {
    stays = isAtEnd() || (stays && pane.scrollTop >= last);
    last = pane.scrollTop;
  });
  heights?.disconnect();
  heights = new ResizeObserver(() => stays && toEnd());
  heights.observe(pane);
  heights.observe(thread());
}

export function openThread() {
  observe();
  toEnd();
  stayAtEnd();
  thread().addEventListener("click", showEarlier);
  thread().addEventListener("toggle", showOriginal, true);
  thread().addEventListener("click", showImages);
}

async function showEarlier(event) {
  const link = event.target.closest("[data-earlier]");
  if (!link) return;
  event.preventDefault();
  const pane = scroller();
  const below = pane.scrollHeight - pane.scrollTop;
  try {
    const page = await busy(link, ask(link.dataset.earlier));
    link.closest(".turn").replaceWith(...page.body.querySelectorAll(".turn"));
    localizeTimes(thread());
    observe();
    pane.scrollTop = pane.scrollHeight - below;
  } catch (error) {
    tell(error);
  }
}

function showOriginal(event) {
  const frame = event.target.open && event.target.querySelector("iframe[data-src]");
  if (!frame) return;
  frame.addEventListener("load", () => fit(frame));
  frame.src = frame.dataset.src;
  frame.removeAttribute("data-src");
}

function showImages(event) {
  const link = event.target.closest("[data-images]");
  const frame = link?.closest(".original")?.querySelector("iframe");
  if (!frame) return;
  event.preventDefault();
  frame.src = link.href;
  link.parentElement.remove();
}

function fit(frame) {
  const height = frame.contentDocument?.documentElement.scrollHeight;
  if (height) frame.style.blockSize = `${Math.min(height + 4, 1200)}px`;
}
