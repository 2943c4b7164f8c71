// "/" at the start of a line offers saved replies and macros, "@" in a note colleagues.
import { ask, tell } from "./server.js";
import { since, take } from "./pull.js";

const menu = () => document.getElementById("canned");
const text = () => document.getElementById("text");
const TRIGGER = { reply: /(?:^|\n)\/([^\n/]{0,40})$/, mention: /(?:^|[\s(，。])@([\p{L}\p{N} ]{0,30})$/u };
let loaded = { ticket: "", parts: {} };
let open;

export async function onType(mode) {
  const before = text().value.slice(0, text().selectionStart);
  const kind = TRIGGER.reply.test(before) ? "reply" : mode === "note" && TRIGGER.mention.test(before) ? "mention" : "";
  if (!kind) return close();
  await load();
  const words = TRIGGER[kind].exec(text().value.slice(0, text().selectionStart))?.[1];
  return words === undefined ? close() : show(kind, words.toLowerCase());
}

async function load() {
  const { ticket, url } = document.getElementById("opened").dataset;
  if (loaded.ticket === ticket) return;
  try {
    const page = await ask(`${url}/saved-replies`);
    loaded = { ticket, parts: Object.fromEntries([...page.querySelectorAll("[data-kind]")].map((part) => [part.dataset.kind, part])) };
  } catch (error) {
    tell(error);
  }
}

function show(kind, words) {
  const items = [...(loaded.parts[kind]?.children ?? [])].filter((item) => item.textContent.toLowerCase().includes(words)).slice(0, 8).map((item) => item.cloneNode(true));
  if (!items.length) return close();
  open = { kind, typed: words.length + 1 };
  menu().replaceChildren(...items);
  menu().hidden = false;
  menu().onclick = (event) => choose(event.target.closest("[role=option]"));
  mark(0);
}

export function close() {
  open = undefined;
  if (menu()) menu().hidden = true;
}

const options = () => [...menu().querySelectorAll(".menu-item")];

function mark(at) {
  options().forEach((option, i) => {
    option.id = `canned-${i}`;
    option.setAttribute("aria-selected", i === at ? "true" : "false");
  });
  text().setAttribute("aria-activedescendant", `canned-${at}`);
}

/** True when the key was for the list that is open. */
export function takesKey(event) {
  if (!open || event.isComposing) return false;
  const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark((at + step + options().length) % options().length);
  else if (event.key === "Enter" || event.key === "Tab") choose(options()[at]);
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

async function choose(option) {
  if (!option || option.href) return;
  const end = text().selectionStart;
  const start = end - open.typed;
  close();
  text().focus();
  text().setRangeText(option.dataset.text ?? "", start, end, "end");
  const gap = /\[[a-z_.]+\?\]/.exec(text().value); // what is not known of this customer is shown
  if (gap) text().setSelectionRange(gap.index, gap.index + gap[0].length);
  text().dispatchEvent(new Event("input", { bubbles: true }));
  if (option.dataset.macro) await useMacro(option.dataset.macro);
}

/** What is offered for the open ticket as a macro. */
export async function macros() {
  if (!document.getElementById("opened")?.dataset.ticket) return [];
  await load();
  return [...(loaded.parts.reply?.querySelectorAll("[data-macro]") ?? [])];
}

export async function useMacro(number) {
  const { ticket, url } = document.getElementById("opened").dataset;
  const form = new FormData();
  form.set("macro", number);
  try {
    take(await ask(`${url}/macros?${since()}`, { form }), ticket);
  } catch (error) {
    tell(error);
  }
}
