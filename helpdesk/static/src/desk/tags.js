// Where tags are typed, with commas between them, the tags there are that fit are offered.
import { ask, tell } from "./server.js";

const PAUSE = 120;
let timer;
let asked = 0;

const fieldOf = (event) => event.target.closest?.("input[data-tags]");
const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const options = (field) => [...listOf(field).querySelectorAll("[role=option]")];

export function listenForTags() {
  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (!field || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(offer, PAUSE, field);
  });
  document.addEventListener("compositionend", (event) => fieldOf(event) && offer(fieldOf(event)));
  document.addEventListener("keydown", (event) => fieldOf(event) && onKey(event, fieldOf(event)), true);
  document.addEventListener("focusout", (event) => fieldOf(event) && close(fieldOf(event)));
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[data-tag]");
    if (!option) return;
    event.preventDefault(); // the field keeps the focus
    choose(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
  });
}

/** Where the word at the caret begins and ends, and what it says. */
function wordAt(field) {
  const before = field.value.slice(0, field.selectionStart);
  const start = Math.max(...[..."，、;；,"].map((comma) => before.lastIndexOf(comma))) + 1;
  return { start, end: field.selectionStart, said: before.slice(start).trim() };
}

async function offer(field) {
  const { said } = wordAt(field);
  const mine = ++asked;
  if (!said) return close(field);
  try {
    const page = await ask(`${field.dataset.tags}?${new URLSearchParams({ q: said })}`);
    if (mine !== asked || document.activeElement !== field) return undefined;
    show(field, [...page.querySelectorAll("[data-tag]")].filter((option) => option.dataset.tag !== said.toLowerCase()));
  } catch (error) {
    tell(error);
  }
  return undefined;
}

function show(field, found) {
  if (!found.length) return close(field);
  found.forEach((option, i) => { option.id = `${listOf(field).id}-${i}`; });
  listOf(field).replaceChildren(...found);
  listOf(field).hidden = false;
  field.setAttribute("aria-expanded", "true");
  return mark(field);
}

function close(field) {
  clearTimeout(timer);
  asked++;
  listOf(field).hidden = true;
  listOf(field).replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function mark(field, chosen) {
  for (const option of options(field)) option.setAttribute("aria-selected", option === chosen ? "true" : "false");
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

/** Until an arrow has marked one, Enter sends what was typed: a new tag may begin like an old one. */
function onKey(event, field) {
  const all = options(field);
  if (!all.length || event.isComposing) return;
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(field, all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
  else if (event.key === "Escape") close(field);
  else if (["Enter", "Tab"].includes(event.key) && at >= 0) choose(field, all[at]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function choose(field, option) {
  const { start, end } = wordAt(field);
  const rest = field.value.slice(end).replace(/^[^，、;；,]*/, "");
  const before = field.value.slice(0, start).trimEnd() + (start ? " " : "") + option.dataset.tag;
  field.value = before + rest;
  field.setSelectionRange(before.length, before.length);
  close(field);
}
