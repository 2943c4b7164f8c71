// Single keys press the real buttons that carry them in data-key; off while somebody types.
import { show as showHelp } from "./help.js";
import { show as showPalette } from "./palette.js";

const rows = () => [...document.querySelectorAll("#rows .row-link")];
const PANES = ["side", "list", "ticket", "details"];
let goes = false;

export function listenForKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => event.target.closest("[data-help]") && showHelp());
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && showPalette());
}

function onKey(event) {
  if (event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    showPalette();
    return;
  }
  if (event.key === "F6") return nextPane(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.activeElement?.blur();
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  if (!document.body.dataset.switches.split(" ").includes("single_keys")) return;
  if (goes) return goToView(event);
  if (event.key === "g") goes = Boolean(setTimeout(() => { goes = false; }, 1200));
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x") pick();
  else pressKey(event);
}

function pressKey(event) {
  const button = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].at(-1);
  if (!button) return;
  event.preventDefault();
  press(button);
}

/** g, then 1 to 9: the views of the side. */
function goToView(event) {
  goes = false;
  const view = document.querySelectorAll("#side .view[href]")[Number(event.key) - 1];
  if (!view) return;
  event.preventDefault();
  view.click();
}

function nextPane(event) {
  event.preventDefault();
  const panes = PANES.map((id) => document.getElementById(id)).filter((pane) => pane?.offsetParent !== null && pane);
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(at + (event.shiftKey ? -1 : 1) + panes.length) % panes.length];
  next?.querySelector("a[href], button, textarea, input:not([type=hidden])")?.focus();
}

function press(button) {
  if (button.matches("input[type=radio]")) {
    button.checked = true;
    button.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("text")?.focus();
  } else if (button.matches("input:not([type=file])")) button.focus();
  else button.click();
  const menu = document.getElementById(button.getAttribute("popovertarget"));
  if (menu?.matches(":popover-open")) menu.querySelector("button, a, input:not([type=hidden])")?.focus();
}

/** Selects the row at hand: the focused one, else that of the open ticket. */
function pick() {
  const row = document.activeElement?.closest("#rows > li") ?? document.querySelector("#rows > li:has([aria-current])") ?? document.querySelector("#rows > li");
  row?.querySelector(".pick input")?.click();
}

export function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[at < 0 && step < 0 ? all.length - 1 : at + step];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
  return Boolean(next);
}
