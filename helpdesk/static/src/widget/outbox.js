// Messages on their way to the desk, in order. Text survives a reload; files only the page's life.
// The browser names each message (client_id): sending it twice is harmless.

import * as api from "./api.js";
import { keep, kept } from "./kept.js";

export function openOutbox({ onState, onSent, onReach, onLost, before, send }) {
  const items = kept("outbox", []).map((item) => ({ ...item, files: [], state: "waiting" }));
  let busy = false;
  let delay = 0;
  let timer = 0;

  const save = () => keep("outbox", items.filter((i) => !i.files.length && i.state !== "failed")
    .map(({ clientId, text, at, page }) => ({ clientId, text, at, page })));

  function add(text, files, page) {
    const item = { clientId: newId(), text, files, page, at: Date.now(), state: "sending" };
    items.push(item);
    save();
    flush();
    return item;
  }

  async function flush() {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    try {
      for (let item; (item = items.find((each) => each.state !== "failed")); ) {
        if (!(await attempt(item))) break;
      }
    } finally {
      busy = false;
    }
  }

  // True when the next one may go.
  async function attempt(item) {
    set(item, "sending");
    try {
      await before();
      if (!items.includes(item)) return true; // somebody else is signed in now
      const answer = await send(item, (share) => onState(item, share));
      delay = 0;
      onReach(true);
      drop(item);
      onSent(item, answer);
      return true;
    } catch (error) {
      return refused(item, error);
    }
  }

  function refused(item, error) {
    const isRefusal = error instanceof api.Refusal;
    if (!isRefusal) onReach(false);
    if (error.status === 401) onLost(error);
    if (isRefusal && error.status < 500 && ![401, 408, 429].includes(error.status)) {
      set(item, "failed", error.message);
      return true;
    }
    delay = error.wait ? error.wait * 1000 : Math.min(15_000, (delay || 500) * 2);
    set(item, error.status === 429 ? "slowed" : "waiting", error.wait);
    timer = setTimeout(flush, delay);
    return false;
  }

  function set(item, state, why) {
    item.state = state;
    item.why = why;
    save();
    onState(item);
  }

  function drop(item) {
    items.splice(items.indexOf(item), 1);
    save();
  }

  function again(item) {
    set(item, "sending");
    flush();
  }

  return { items, add, flush, again, drop, clear: () => { items.length = 0; save(); } };
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `c_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
