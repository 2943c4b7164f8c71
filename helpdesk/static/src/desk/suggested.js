// Articles that may answer the customer, beside the composer: fetched once the ticket stands, and
// again for what the agent writes, when they pause.
import { ask, tell } from "./server.js";

const IDLE = 600; // milliseconds after a key
const SHORTEST = 4; // characters of a draft that says something
const LONGEST = 500; // its last ones
let timer;
let newest = 0;
let shownFor = "";

const card = () => document.getElementById("suggested");

export async function showSuggested() {
  clearTimeout(timer);
  const place = card();
  if (!place) return;
  const mine = ++newest;
  shownFor = draft();
  const query = shownFor && `?${new URLSearchParams({ draft: shownFor })}`;
  try {
    const page = await ask(`${place.dataset.url}${query}`);
    if (place !== card() || mine !== newest) return;
    const fresh = page.getElementById("suggested-articles");
    place.hidden = !fresh;
    place.querySelector(".body").replaceChildren(...(fresh ? [fresh] : []));
  } catch {
    place.hidden = true; // the ticket does without
  }
}

/** What the agent writes to the customer; a note is no question to the articles. */
function draft() {
  const composer = document.getElementById("composer");
  if (!composer || composer.elements.mode.value === "note") return "";
  const words = document.getElementById("text").value.trim();
  return words.length < SHORTEST ? "" : words.slice(-LONGEST);
}

export function listenForDrafts() {
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "text" || !card()) return;
    clearTimeout(timer);
    timer = setTimeout(() => draft() !== shownFor && showSuggested(), IDLE);
  });
}

export function listenForInserts() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    insert(button.dataset.insert);
    const form = new FormData();
    form.set("slug", button.dataset.slug);
    ask(`${card().dataset.url}/insertions`, { form }).catch(tell);
  });
}

// At the cursor, on a line of its own; typing goes on behind it.
function insert(words) {
  const text = document.getElementById("text");
  const before = text.value.slice(0, text.selectionStart);
  const joint = before && !before.endsWith("\n") ? "\n" : "";
  text.focus();
  text.setRangeText(`${joint}${words}\n`, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
