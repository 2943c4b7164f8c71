// What was sent and not yet taken: kept by agent and client_id, in order, until the server has it.
// A repeat does no harm: the server knows the id. The words lie in localStorage, where they are at
// hand at once; files beside them, in IndexedDB.
import { dropFiles, filesOf, keepFiles } from "./outbox_files.js";
import { ask, isSignedOut, onSignIn } from "./server.js";

const KEY = `outbox:${document.body.dataset.agent}`;
const AGAIN = 3000;
const waiting = new Map(restored().map((entry) => [entry.id, entry]));
let handlers = {};
let running = false;
let timer;

function restored() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  const plain = [...waiting.values()].map(({ id, ticket, mode, url, fields, attached }) => ({ id, ticket, mode, url, fields, attached }));
  try {
    if (plain.length) localStorage.setItem(KEY, JSON.stringify(plain));
    else localStorage.removeItem(KEY);
  } catch { /* the page itself still has it */ }
}

/** `taken(entry, page)` and `refused(entry, page | error)` say what became of each; `bare(entry)`
 *  that its files are lost: it is not sent without them. */
export async function openOutbox(given) {
  handlers = given;
  addEventListener("online", flush);
  addEventListener("beforeunload", (event) => [...waiting.values()].some((entry) => entry.unkept) && event.preventDefault());
  onSignIn(flush);
  if (waiting.size) flush();
}

/** What of a ticket still waits, oldest first. */
export const waitingFor = (ticket) => [...waiting.values()].filter((entry) => entry.ticket === ticket);

/** Sends the form, now or when the line is back. `goesOn`: the next ticket is to open after it. */
export function post({ ticket, mode, url, data, goesOn }) {
  const fields = [...data.entries()].filter(([, value]) => typeof value === "string");
  const files = data.getAll("files").filter((file) => file.size);
  const entry = { id: data.get("client_id"), ticket, mode, url, fields, files, attached: files.length, goesOn };
  waiting.set(entry.id, entry);
  keep();
  if (files.length) keepWith(entry);
  flush();
  return entry;
}

/** Until its files are kept, the page does not close without a question. */
async function keepWith(entry) {
  entry.unkept = true;
  entry.unkept = !(await keepFiles(entry.id, entry.files));
  if (!waiting.has(entry.id)) dropFiles(entry.id); // taken in the meantime
}

export function formOf({ fields, files = [] }) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  for (const file of files) form.append("files", file);
  return form;
}

async function flush() {
  if (running || isSignedOut()) return;
  running = true;
  clearTimeout(timer);
  for (const entry of [...waiting.values()]) {
    if (!(await deliver(entry))) break;
  }
  running = false;
  if (waiting.size) timer = setTimeout(flush, AGAIN);
}

/** False when the line is down, or nobody is signed in: it stays, and so does what follows. */
async function deliver(entry) {
  if (entry.attached) entry.files ??= await filesOf(entry.id);
  if ((entry.files?.length ?? 0) < (entry.attached ?? 0)) return forget(entry, () => handlers.bare(entry));
  try {
    const page = await ask(handlers.address(entry), { form: formOf(entry) });
    const isRefused = page.getElementById("pulled")?.dataset.conflict;
    return forget(entry, () => handlers[isRefused ? "refused" : "taken"](entry, page));
  } catch (error) {
    if (error instanceof TypeError || error.status === 401 || error.status >= 500) return handlers.waits(entry, error);
    return forget(entry, () => handlers.refused(entry, error));
  }
}

function forget(entry, andThen) {
  waiting.delete(entry.id);
  keep();
  if (entry.attached) dropFiles(entry.id);
  andThen();
  return true;
}
