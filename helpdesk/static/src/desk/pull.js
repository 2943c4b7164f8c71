// A poke says that something changed; the page then asks for what it lacks.
import { Idiomorph } from "idiomorph";
import { ask, tell } from "./server.js";
import { showSuggested } from "./suggested.js";
import { toEnd, upsert } from "./thread.js";
import { localizeTimes } from "./times.js";

const opened = () => document.getElementById("opened");
let running;
let again = false;

/** What the open ticket's page has already. */
export function since() {
  const { version, event } = opened().dataset;
  return `after=${version}&event=${event}`;
}

/** Brings the open ticket up to date; one pull at a time, none forgotten. */
export async function pull() {
  if (!opened()?.dataset.ticket) return;
  if (running) {
    again = true;
    await running;
    return;
  }
  running = pullOnce();
  await running;
  running = undefined;
  if (again) {
    again = false;
    await pull();
  }
}

async function pullOnce() {
  const { ticket, url } = opened().dataset;
  try {
    take(await ask(`${url}/transcript?${since()}`), ticket);
  } catch (error) {
    tell(error);
  }
}

/** Takes in what the server answered for `ticket`; true when the customer said something new. */
export function take(page, ticket) {
  const pulled = page.getElementById("pulled");
  if (!pulled || opened()?.dataset.ticket !== ticket) return false;
  const isNews = upsert([...pulled.querySelectorAll(":scope > ol > li")]);
  opened().dataset.version = Math.max(opened().dataset.version, pulled.dataset.version);
  opened().dataset.event = Math.max(opened().dataset.event, pulled.dataset.event);
  for (const id of ["head", "menus", "details"]) refresh(id, pulled.querySelector(`#${id}`));
  if (isNews) showSuggested();
  if (isNews && hasDraft()) warn();
  if (pulled.dataset.conflict) warn(pulled.dataset.conflict);
  return isNews;
}

function refresh(id, fresh) {
  const shown = document.getElementById(id);
  if (!fresh || !shown || shown.querySelector(":popover-open") || isTypedIn(shown)) return;
  Idiomorph.morph(shown, fresh, { callbacks: { beforeNodeMorphed: (old) => old.id !== "suggested" } });
  localizeTimes(shown);
}

const isTypedIn = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea");
const hasDraft = () => document.getElementById("text")?.value.trim();

function warn(words) {
  const line = document.getElementById("conflict");
  if (words) line.querySelector("span").textContent = words;
  if (!line.querySelector("span").textContent) return;
  line.hidden = false;
  toEnd();
}
