// The keys, read off the buttons that carry them.

import { wordsOf } from "./words.js";

export function show() {
  const dialog = document.getElementById("keys");
  const list = dialog.querySelector("dl");
  for (const old of list.querySelectorAll(".of-page")) old.remove();
  const known = new Set();
  for (const button of document.querySelectorAll("[data-key]")) {
    const { key } = button.dataset;
    const said = wordsOf(button);
    if (known.has(key) || !said) continue;
    known.add(key);
    const row = document.createElement("div");
    row.className = "of-page";
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    row.append(term, Object.assign(document.createElement("dd"), { textContent: said }));
    list.append(row);
  }
  dialog.showModal();
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
}
