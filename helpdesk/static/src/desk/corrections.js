// What a correction of the bot may choose from: one list for all its messages, fetched at the first need.
import { ask } from "./server.js";

let fetched;

export function listenForCorrections() {
  document.addEventListener("focusin", ({ target }) => {
    const address = target.dataset?.choices;
    if (address) fetched ??= fetchChoices(address);
  });
}

async function fetchChoices(address) {
  try {
    const page = await ask(address);
    document.body.append(page.getElementById("correction-choices"));
  } catch {
    fetched = undefined; // tried again at the next field; it takes what is typed meanwhile
  }
}
