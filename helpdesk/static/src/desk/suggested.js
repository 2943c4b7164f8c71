// Articles that may answer the customer, beside the composer: fetched once the ticket stands.
import { ask, tell } from "./server.js";

const card = () => document.getElementById("suggested");

export async function showSuggested() {
  const place = card();
  if (!place) return;
  try {
    const page = await ask(place.dataset.url);
    if (place !== card()) return;
    const fresh = page.getElementById("suggested-articles");
    place.hidden = !fresh;
    place.querySelector(".body").replaceChildren(...(fresh ? [fresh] : []));
  } catch {
    place.hidden = true; // the ticket does without
  }
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
