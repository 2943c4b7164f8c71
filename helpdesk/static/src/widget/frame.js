// The page around our frame. It says who is signed in there and whether the chat is open; we say
// how many messages are new. Words of the conversation never leave the frame.

import { about } from "./about.js";

let site = null; // its origin, once it has said hello
const handlers = {};

export const isFramed = window.parent !== window;

export const on = (what, handler) => { handlers[what] = handler; };

export function tell(what, more = {}) {
  if (site) parent.postMessage({ helpdesk: what, ...more }, site);
}

export function listen() {
  addEventListener("message", ({ origin, source, data }) => {
    if (source !== parent || !data || !mayEmbed(origin) || (site && origin !== site)) return;
    if (data.helpdesk === "hello") site = origin;
    if (site && Object.hasOwn(handlers, data.helpdesk)) handlers[data.helpdesk](data);
  });
  if (isFramed) parent.postMessage({ helpdesk: "ready" }, "*"); // carries nothing
}

const mayEmbed = (origin) => !about.origins.length || origin === location.origin || about.origins.includes(origin);
