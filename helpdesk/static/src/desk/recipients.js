// Whom a reply goes to: fetched when the agent opens the list, gone once the reply has left.
import { ask, tell } from "./server.js";

export function listenForRecipients() {
  document.addEventListener("toggle", ({ target }) => target.id === "recipients" && target.open && show(target), true);
  document.addEventListener("sent", ({ target }) => target.id === "composer" && forget(), true);
}

async function show(list) {
  const body = list.querySelector(".body");
  if (body.firstElementChild) return;
  try {
    const page = await ask(list.dataset.url);
    body.replaceChildren(page.getElementById("recipient-choices"));
  } catch (error) {
    list.open = false;
    tell(error);
  }
}

function forget() {
  const list = document.getElementById("recipients");
  if (!list) return;
  list.open = false;
  list.querySelector(".body").replaceChildren();
}
