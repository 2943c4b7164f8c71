// Writing a reply or a note: the draft is kept, the bubble stands at once, a repeat does no harm.
import { draft, keepDraft } from "./drafts.js";
import { tellTyping } from "./live.js";
import { pull, since, take } from "./pull.js";
import { ask, tell } from "./server.js";
import { toEnd, upsert } from "./thread.js";
import { localizeTimes } from "./times.js";

const TYPING_EVERY = 2500;
const form = () => document.getElementById("composer");
const text = () => document.getElementById("text");
const mode = () => form().elements.mode.value;
const ticket = () => document.getElementById("opened").dataset.ticket;
let lastTyping = 0;

export function openComposer() {
  if (!form()) return;
  if (!text().value) text().value = draft(ticket(), mode());
  else keep();
  showMode();
  text().addEventListener("input", onInput);
  text().addEventListener("keydown", onKey);
  form().addEventListener("change", onChange);
  form().addEventListener("submit", send);
  form().addEventListener("click", dropFile);
}

function onInput() {
  keep();
  if (mode() === "note" || Date.now() - lastTyping < TYPING_EVERY) return;
  lastTyping = Date.now();
  tellTyping();
}

function keep() {
  document.getElementById("saved").hidden = !keepDraft(ticket(), mode(), text().value);
}

function onKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const side = mode() === "note" ? ".only-note" : ".only-reply";
  form().requestSubmit(form().querySelector(`${side} [data-send]`));
}

function onChange({ target }) {
  if (target.name === "mode") {
    const other = target.value === "note" ? "reply" : "note";
    keepDraft(ticket(), other, text().value);
    text().value = draft(ticket(), target.value);
    showMode();
    text().focus();
  }
  if (target.name === "channel") showChannel(target);
  if (target.name === "files") showFiles();
}

function showMode() {
  text().placeholder = mode() === "note" ? form().dataset.noteWords : form().dataset.replyWords;
}

function showChannel(choice) {
  const button = document.getElementById("channel-button");
  const item = choice.closest(".menu-item");
  button.replaceChildren(item.querySelector("svg").cloneNode(true), item.querySelector("span > span").cloneNode(true), button.lastElementChild);
  document.getElementById("channel-to").textContent = choice.dataset.address;
  document.getElementById("channel-menu").hidePopover();
  text().focus();
}

function showFiles() {
  const chips = [...form().elements.files.files].map((file, at) => {
    const chip = document.createElement("span");
    chip.className = "chip";
    const name = document.createElement("span");
    name.className = "cut";
    name.textContent = file.name;
    const drop = document.getElementById("toast").content.querySelector("button").cloneNode(true);
    drop.dataset.drop = at;
    chip.append(name, drop);
    return chip;
  });
  document.getElementById("chosen").replaceChildren(...chips);
}

function dropFile(event) {
  const drop = event.target.closest("[data-drop]");
  if (!drop) return;
  const left = new DataTransfer();
  [...form().elements.files.files].forEach((file, at) => at !== Number(drop.dataset.drop) && left.items.add(file));
  form().elements.files.files = left.files;
  showFiles();
}

async function send(event) {
  event.preventDefault();
  const words = text().value;
  if (!words.trim() && !form().elements.files.files.length) return text().focus();
  const to = ticket();
  const wasMode = mode();
  const data = new FormData(form(), event.submitter);
  const bubble = showPending(data.get("client_id"), words, wasMode);
  clear(to, wasMode);
  try {
    const url = wasMode === "note" ? form().dataset.notes : form().action;
    const page = await ask(`${url}?${since()}`, { form: data });
    if (page.getElementById("pulled")?.dataset.conflict) restore(bubble, data, to, wasMode);
    take(page, to);
  } catch (error) {
    restore(bubble, data, to, wasMode);
    tell(error);
    if (!(error instanceof TypeError)) pull();
  }
  return undefined;
}

function showPending(clientId, words, wasMode) {
  const bubble = document.getElementById("pending").content.firstElementChild.cloneNode(true);
  bubble.id = `message_${clientId}`;
  bubble.classList.toggle("note", wasMode === "note");
  bubble.dataset.channel = document.querySelector("#thread > .turn:last-child")?.dataset.channel ?? "";
  bubble.querySelector(".said").textContent = words;
  const time = bubble.querySelector("time");
  time.dateTime = new Date().toISOString();
  upsert([bubble]);
  localizeTimes(bubble);
  toEnd();
  return bubble;
}

function clear(to, wasMode) {
  keepDraft(to, wasMode, "");
  document.getElementById("conflict").hidden = true;
  text().value = "";
  form().elements.client_id.value = crypto.randomUUID?.() ?? uuid();
  form().elements.files.value = "";
  showFiles();
  document.getElementById("saved").hidden = true;
  text().focus();
}

// What could not be sent goes back into the composer, under the same id: if the server has it after
// all, sending it again changes nothing.
function restore(bubble, data, to, wasMode) {
  bubble.remove();
  keepDraft(to, wasMode, data.get("text"));
  if (ticket() !== to || mode() !== wasMode || text().value) return;
  text().value = data.get("text");
  form().elements.client_id.value = data.get("client_id");
  const files = new DataTransfer();
  data.getAll("files").forEach((file) => file.size && files.items.add(file));
  form().elements.files.files = files.files;
  showFiles();
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
