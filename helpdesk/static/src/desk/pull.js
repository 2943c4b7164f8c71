// A poke says that something changed; the page then asks for what it lacks.
import { Idiomorph } from "idiomorph";
import { ask, tell } from "./server.js";
import { showCards } from "./cards.js";
import { showSuggested } from "./suggested.js";
import { toEnd, upsert } from "./thread.js";
import { localizeTimes } from "./times.js";
import { checkUndo } from "./undo.js";

const opened = () => document.getElementById("opened");
let running;
let again = false;

/** What the open ticket's page has already. */
export function since() {
  const { version, event, head } = opened().dataset;
  return `after=${version}&event=${event}&head=${head}`;
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
    tell(error, ticket);
  }
}

/** Takes in what the server answered for `ticket`; true when the customer said something new. */
export function take(page, ticket) {
  const pulled = page.getElementById("pulled");
  if (!pulled || opened()?.dataset.ticket !== ticket) return false;
  const isNews = upsert([...pulled.querySelectorAll(":scope > ol > li")]);
  checkUndo();
  opened().dataset.version = Math.max(opened().dataset.version, pulled.dataset.version);
  opened().dataset.event = Math.max(opened().dataset.event, pulled.dataset.event);
  const parts = ["head", "menus", "details"].map((id) => refresh(id, pulled.querySelector(`#${id}`)));
  if (parts[0] && parts[1]) opened().dataset.head = pulled.dataset.head;
  if (isNews) showSuggested();
  if (pulled.querySelector("#details")) showCards();
  if (isNews && hasDraft()) warn();
  if (pulled.dataset.conflict) warn(pulled.dataset.conflict);
  else if (!isNews && !hasDraft()) document.getElementById("conflict").hidden = true;
  return isNews;
}

/** False when there is nothing fresh, or somebody is at work in it: the next pull brings it again. */
function refresh(id, fresh) {
  const shown = document.getElementById(id);
  if (!fresh || !shown || shown.querySelector(":popover-open") || isTypedIn(shown)) return false;
  Idiomorph.morph(shown, fresh, { callbacks: { beforeNodeMorphed: (old) => !["suggested", "cards"].includes(old.id) } });
  localizeTimes(shown);
  return true;
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
