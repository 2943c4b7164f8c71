// How far this agent has read: told to the server, and only of what was on a visible screen.
import { look } from "./bell.js";
import { ask } from "./server.js";
import { refreshList } from "./list.js";

const PAUSE = 400;
const told = new Map(); // ticket -> seq
let timer;

/** Everything up to `seq` of the open ticket was seen. */
export function seen(seq) {
  const opened = document.getElementById("opened");
  const { ticket, url } = opened.dataset;
  if (!ticket || document.visibilityState !== "visible" || (told.get(ticket) ?? 0) >= seq) return;
  told.set(ticket, seq);
  clearTimeout(timer);
  timer = setTimeout(() => tellServer(ticket, url, seq), PAUSE);
}

async function tellServer(ticket, url, seq) {
  const form = new FormData();
  form.set("seq", seq);
  try {
    await ask(`${url}/read-mark`, { form });
    if (!document.getElementById("bell-count")?.hidden) look(); // what was told of it is read, too
    if (document.querySelector(`#row_${ticket} .unread`)) refreshList();
  } catch {
    told.delete(ticket); // the next look tells it again
  }
}
