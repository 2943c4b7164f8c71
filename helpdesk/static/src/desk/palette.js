// The command palette: what the server finds, every button of the page that has a key, and the macros
// for the open ticket.
import { busy } from "./busy.js";
import { ask, tell } from "./server.js";
import { macros, useMacro } from "./slash.js";
import { wordsOf } from "./words.js";

const PAUSE = 150;
const OFFERED = ["#opened [data-key]", "[data-key]", "#side .view[href], #every-view a", "#more-menu button, #more-menu a, #snooze button, #priority-menu button"]; // the ticket first
const dialog = () => document.getElementById("palette");
const field = () => dialog().querySelector("input");
const list = () => document.getElementById("palette-list");
let timer;
let asked = 0;
let offered = [];

export function show() {
  if (dialog().open) return;
  field().value = "";
  field().oninput = () => {
    clearTimeout(timer);
    fill([]);
    timer = setTimeout(find, PAUSE);
  };
  dialog().onkeydown = onKey;
  dialog().onclick = (event) => {
    if (event.target === dialog()) dialog().close();
    const option = event.target.closest("[role=option]");
    if (option?.forButton || option?.dataset.macro) choose(option, event);
  };
  fill([]);
  dialog().showModal();
  offerMacros();
}

async function offerMacros() {
  offered = [];
  offered = await macros();
}

async function find() {
  const words = field().value.trim();
  const mine = ++asked;
  if (!words) return fill([]);
  try {
    const page = await busy(list(), ask(`${field().dataset.url}?${new URLSearchParams({ q: words })}`));
    if (mine === asked) fill([...page.querySelectorAll("[role=option]")]);
  } catch (error) {
    tell(error);
  }
  return undefined;
}

function fill(found) {
  const words = field().value.trim().toLowerCase();
  list().replaceChildren(...actions(words), ...fitting(words), ...found);
  mark(0);
}

/** The buttons of the page whose words fit. */
function actions(words) {
  const known = new Set();
  return OFFERED.flatMap((buttons) => [...document.querySelectorAll(buttons)])
    .filter((button) => !button.hidden)
    .map((button) => ({ button, text: wordsOf(button) }))
    .filter(({ text }) => text && (!words || text.toLowerCase().includes(words)) && !known.has(text) && known.add(text))
    .slice(0, words ? 8 : 14)
    .map(({ button, text }) => {
      const option = document.createElement("button");
      Object.assign(option, { type: "button", className: "menu-item", tabIndex: -1, forButton: button });
      option.setAttribute("role", "option");
      option.append(text);
      if (button.dataset.key) option.append(Object.assign(document.createElement("kbd"), { className: "push", textContent: button.dataset.key }));
      return option;
    });
}

/** The macros whose words fit; there are too many to show them unasked. */
function fitting(words) {
  return offered.filter((option) => words && option.textContent.toLowerCase().includes(words)).slice(0, 6).map((option) => option.cloneNode(true));
}

const options = () => [...list().querySelectorAll("[role=option]")];

function mark(at) {
  options().forEach((option, i) => {
    option.id = `palette-${i}`;
    option.setAttribute("aria-selected", i === at ? "true" : "false");
  });
  field().setAttribute("aria-activedescendant", options().length ? `palette-${at}` : "");
  options()[at]?.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(all.length, 1));
  } else if (event.key === "Escape") {
    event.preventDefault();
    dialog().close();
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    choose(all[at], event);
  }
}

function choose(option, event) {
  if (!option) return;
  dialog().close();
  const button = option.forButton;
  if (option.dataset.macro) useMacro(option.dataset.macro);
  else if (!button) {
    if (event.ctrlKey || event.metaKey) window.open(option.href);
    else location.href = option.href;
  } else if (button.matches("input[type=radio], input[type=checkbox]")) button.closest("label").click();
  else if (button.matches("input")) button.focus();
  else if (button.hasAttribute("popovertarget")) document.getElementById(button.getAttribute("popovertarget")).showPopover({ source: button });
  else button.click();
}
