// What this browser keeps between visits. Where it may keep nothing, the page's memory must do.

import { about } from "./about.js";

const memory = new Map();
const place = (name) => `helpdesk-chat:${about.key}:${name}`;

export function kept(name, otherwise) {
  if (memory.has(name)) return memory.get(name);
  try {
    const found = localStorage.getItem(place(name));
    return found === null ? otherwise : JSON.parse(found);
  } catch {
    return otherwise;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(place(name), JSON.stringify(value));
    memory.delete(name);
  } catch {
    memory.set(name, value);
  }
}

// Everything that belonged to the visitor before: somebody else uses this browser now.
export function forget(...names) {
  for (const name of names) {
    memory.delete(name);
    try { localStorage.removeItem(place(name)); } catch { /* nothing was kept */ }
  }
}
