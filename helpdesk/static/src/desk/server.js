// Asking the server for parts of the page, and saying what stands in the way.
import { compare } from "./newer.js";

export class Refused extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

const SOON = 5000; // a line that is down for less is not worth a word
let bannerTimer;
const signedIn = [];

const csrf = () => document.querySelector("meta[name=csrf-token]").content;

/** Whose page this is: in another window somebody else may have signed in since. */
export const whose = () => (document.body.dataset.agent ? { "Desk-Agent": document.body.dataset.agent } : {});

/** The fragment that the server answers, as a document. Throws Refused, or TypeError offline. */
export async function ask(url, { form, target = "" } = {}) {
  const headers = { "HX-Request": "true", "HX-Target": target, ...whose() };
  if (form) {
    headers["X-CSRFToken"] = csrf();
    form.delete?.("csrf_token"); // the page's own is older than a new login
  }
  const answer = await fetch(url, { method: form ? "POST" : "GET", body: form, headers });
  connected(true);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status === 401 && !url.startsWith("/login")) signInAgain();
  if (answer.ok && !form) compare(answer.headers.get("Desk-Assets"));
  if (answer.ok || page.getElementById("pulled")) return page;
  throw new Refused(answer.status, page.querySelector(".refusal")?.textContent.trim() || answer.statusText);
}

/** Says that the line is down, once it has been for five seconds. */
export function connected(is) {
  const banner = document.getElementById("offline");
  if (!banner) return;
  if (is) {
    clearTimeout(bannerTimer);
    bannerTimer = undefined;
    banner.hidden = true;
  } else bannerTimer ??= setTimeout(() => { banner.hidden = false; }, SOON);
}

/** Calls `work` after somebody has signed in again over this page. */
export function onSignIn(work) {
  signedIn.push(work);
}

const dialog = () => document.getElementById("signed-out");

/** Whether the page waits for somebody to sign in: nothing that is asked until then would be answered. */
export const isSignedOut = () => Boolean(dialog()?.open);

function signInAgain() {
  if (!dialog() || dialog().open) return;
  dialog().showModal();
  dialog().querySelector("form").onsubmit = signIn;
  dialog().oncancel = (event) => event.preventDefault();
}

/** The old session is over, and its token with it: the login page has that of whoever came since. */
async function freshToken() {
  const page = new DOMParser().parseFromString(await (await fetch("/login")).text(), "text/html");
  take(page);
}

function take(page) {
  const token = page.querySelector("meta[name=csrf-token]")?.content;
  if (!token) return;
  document.querySelector("meta[name=csrf-token]").content = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
}

async function signIn(event) {
  event.preventDefault();
  const form = event.target;
  const said = document.getElementById("signed-out-error");
  said.hidden = true;
  try {
    await freshToken().catch(() => {}); // the server then says what is wrong
    const back = encodeURIComponent(location.pathname + location.search);
    const page = await ask(`/login?next=${back}`, { form: new FormData(form) });
    const step = page.getElementById("next-step"); // a code is asked for, on a page of its own
    if (step) return location.assign(step.getAttribute("href"));
    take(page);
    form.elements.password.value = "";
    dialog().close();
    document.getElementById("text")?.focus();
    for (const work of signedIn) work();
  } catch (error) {
    said.textContent = error.message;
    said.hidden = false;
    form.elements.password.select();
  }
  return undefined;
}

/** Says in a corner what was refused; a lost connection has its own banner. What is about another
 *  ticket than the one on the page names it. */
export function tell(error, ticket = openTicket()) {
  if (error instanceof TypeError) return connected(false);
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) return undefined;
  return toast(ticket === openTicket() ? error.message : `#${ticket}: ${error.message}`);
}

const openTicket = () => document.getElementById("opened")?.dataset.ticket;

/** Says that something written in another ticket did not go out; it stands until it was read. */
export function notSent({ ticket, mode }, why) {
  const bar = document.getElementById("not-sent").content.firstElementChild.cloneNode(true);
  const words = bar.dataset[mode].replace("{ticket}", `#${ticket}`).replace("{why}", () => why);
  bar.querySelector("span").textContent = words;
  bar.querySelector("a").href = `/tickets/${ticket}`;
  bar.querySelector("button").onclick = () => bar.remove();
  document.querySelector(".toasts").append(bar);
}

export function toast(words, kind = "bad") {
  const bar = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  bar.dataset.kind = kind;
  bar.querySelector("span").textContent = words;
  bar.querySelector("button").onclick = () => bar.remove();
  document.querySelector(".toasts").append(bar);
  setTimeout(() => bar.remove(), 8000);
}
