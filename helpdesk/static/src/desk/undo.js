// The bar that stands while a reply can be taken back. Looking at it stops the time.
import { ask, tell } from "./server.js";
import { take, since } from "./pull.js";

const STANDS = 8000;
let bar;
let held;
let timer;

const opened = () => document.getElementById("opened").dataset.ticket;

/** Shows the bar for what the server has just queued, whichever ticket is open by now. */
export function offerUndo(entry, page, restore) {
  const bubble = page.getElementById(`message_${entry.id}`);
  if (!bubble?.dataset.held) return;
  close();
  bar = document.getElementById("undo-bar").content.firstElementChild.cloneNode(true);
  held = { entry, restore, url: bubble.querySelector("[data-withdraw]").getAttribute("action") };
  bar.querySelector("button").onclick = undo;
  timer = setTimeout(close, STANDS);
  // A bar that comes up under a pointer at rest is not looked at: only a movement stops its time.
  for (const looks of ["pointermove", "focusin"]) bar.addEventListener(looks, () => !held?.paused && wait("pause"));
  for (const leaves of ["pointerleave", "focusout"]) bar.addEventListener(leaves, () => held?.paused && wait("resumption"));
  document.querySelector(".toasts").append(bar);
}

/** The bar goes with what it was about: the reply has left, or a colleague took it back. */
export function checkUndo() {
  if (held && held.entry.ticket === opened() && !document.getElementById(`message_${held.entry.id}`)?.dataset.held) close();
}

export function close() {
  clearTimeout(timer);
  bar?.remove();
  bar = held = undefined;
}

async function undo() {
  const { entry, restore } = held;
  const [url, ticket] = [address(), shown() ? opened() : entry.ticket];
  close();
  await withdraw(url, ticket, async () => {
    if (opened() !== ticket) await goTo(`/tickets/${ticket}${location.search}`);
    restore({ ...entry, ticket });
  });
}

/** The reply's own button, where the page shows the reply: after a merge it lies in another ticket. */
const shown = () => document.querySelector(`#message_${CSS.escape(held.entry.id)} [data-withdraw]`);
const address = () => shown()?.getAttribute("action") ?? held.url;

/** To what was taken back, on this page: its files live no longer than that. */
async function goTo(url) {
  await window.htmx.ajax("GET", url, { target: "#opened", swap: "outerHTML" });
  history.pushState({}, "", url);
}

/** Takes a held reply back; `back` brings its words into the composer. */
export async function withdraw(url, ticket, back) {
  try {
    const page = await ask(`${url}?${since()}`, { form: new FormData() });
    take(page, ticket);
    await back(page.getElementById("pulled").dataset.withdrawn);
  } catch (error) {
    tell(error, ticket);
  }
}

async function wait(what) {
  if (!held) return;
  held.paused = what === "pause";
  const line = bar.querySelector(".timer");
  clearTimeout(timer);
  line.style.animationPlayState = held.paused ? "paused" : "";
  if (!held.paused) {
    timer = setTimeout(close, STANDS);
    line.style.animation = "none";
    line.getBoundingClientRect(); // starts it anew
    line.style.animation = "";
  }
  try {
    await ask(address().replace(/withdrawal$/, what), { form: new FormData() });
  } catch {
    close(); // it has left
  }
}
