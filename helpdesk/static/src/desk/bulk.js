// Several tickets at once: what is picked stays picked while the queue changes under it.
import { ask, tell, toast } from "./server.js";
import { refreshList } from "./list.js";
import { pull } from "./pull.js";

const form = () => document.getElementById("bulk");
export const picked = () => new Set([...document.querySelectorAll("#rows .pick :checked")].map((box) => box.value));

export function listenForPicks() {
  document.addEventListener("change", (event) => event.target.closest(".pick") && showCount());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-unpick]")) unpick();
    if (event.target.closest("[data-picks]")) setPicking(!isPicking());
    const opener = event.target.closest("[popovertarget][data-url]");
    if (opener && opener.id !== "bell") fill(document.getElementById(opener.getAttribute("popovertarget")), opener.dataset.url);
  });
  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "bulk") return;
    event.preventDefault();
    await change(new FormData(form(), event.submitter));
  });
}

async function change(data) {
  form().querySelector("[popover]")?.hidePopover?.();
  try {
    const page = await ask(form().action, { form: data });
    const outcome = page.querySelector(".outcome");
    toast(outcome.textContent.trim(), outcome.dataset.kind);
    const failed = new Set((outcome.dataset.failed ?? "").split(" "));
    for (const box of document.querySelectorAll("#rows .pick :checked")) box.checked = failed.has(box.value);
    if (!picked().size) setPicking(false);
    showCount();
    refreshList();
    pull();
  } catch (error) {
    tell(error);
  }
}

async function fill(menu, url) {
  try {
    const page = await ask(url);
    menu.replaceChildren(...page.body.childNodes);
  } catch (error) {
    tell(error);
  }
}

function unpick() {
  for (const box of document.querySelectorAll("#rows .pick :checked")) box.checked = false;
  setPicking(false);
  showCount();
}

// On a phone a touch opens a ticket, or, once this is on, picks it.
const isPicking = () => document.documentElement.hasAttribute("data-picking");

function setPicking(on) {
  document.documentElement.toggleAttribute("data-picking", on);
  document.querySelector("[data-picks]")?.setAttribute("aria-pressed", on);
  if (!on && picked().size) unpick();
}

export function showCount() {
  const words = form()?.querySelector("[data-words]");
  if (words) words.textContent = words.dataset.words.replace("{}", picked().size);
}
