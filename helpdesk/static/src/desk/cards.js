// The cards beside the ticket that are fetched when it stands: its kind, fields, tasks and links.
import { Idiomorph } from "idiomorph";
import { busy } from "./busy.js";
import { ask, tell } from "./server.js";
import { localizeTimes } from "./times.js";

const cards = () => document.getElementById("cards");
const isTypedIn = (part) => part.contains(document.activeElement) && document.activeElement.matches("input:not([type=radio]), textarea, select");

/** Fetches the cards; what somebody is typing in, or has opened, stays as it is. */
export async function showCards() {
  const shown = cards();
  if (!shown || isTypedIn(shown)) return;
  try {
    const page = await busy(shown, ask(shown.dataset.url));
    if (cards() !== shown || isTypedIn(shown)) return;
    Idiomorph.morph(shown, page.body, { morphStyle: "innerHTML", callbacks: { beforeAttributeUpdated: (name) => name !== "open" } });
    localizeTimes(shown);
  } catch (error) {
    tell(error);
  }
}

/** Forms that are sent with the choice itself. */
export function listenForChoices() {
  document.addEventListener("change", ({ target }) => target.closest("form[data-at-once]")?.requestSubmit());
}
