// Writing a reply or a note: the draft is kept, the bubble stands at once, a repeat does no harm.
import { goOn } from "./changes.js";
import { before, draft, keepDraft } from "./drafts.js";
import { filesOf } from "./files.js";
import { tellTyping } from "./live.js";
import { setsMark, takeFiles } from "./hand.js";
import { formOf, openOutbox, post, waitingFor } from "./outbox.js";
import { replying, stop as stopReplying } from "./presence.js";
import { pull, since, take } from "./pull.js";
import { quoted } from "./quoting.js";
import { notSent, tell } from "./server.js";
import { close as closeCanned, onType, takesKey } from "./slash.js";
import { toEnd, upsert } from "./thread.js";
import { localizeTimes } from "./times.js";
import { close as closeUndo, offerUndo, withdraw } from "./undo.js";

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
  document.getElementById("send-at").addEventListener("keydown", onTime);
  document.getElementById("quote").addEventListener("click", () => {
    quote();
    text().focus();
  });
  takeFiles(document.getElementById("ticket"), text(), addFiles);
  for (const entry of waitingFor(ticket())) showPending(entry.id, formOf(entry).get("text"), entry.mode);
}

function onInput() {
  keep();
  onType(mode());
  if (mode() === "reply") replying();
  if (mode() === "note" || Date.now() - lastTyping < TYPING_EVERY) return;
  lastTyping = Date.now();
  tellTyping();
}

function keep() {
  document.getElementById("saved").hidden = !keepDraft(ticket(), mode(), text().value);
}

function onKey(event) {
  if (takesKey(event) || setsMark(event, text())) return;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const side = mode() === "note" ? ".only-note" : ".only-reply";
  const button = event.shiftKey && mode() === "reply" ? "[name=then]" : "[data-send]";
  form().requestSubmit(form().querySelector(`${side} ${button}`));
}

/** Enter after a typed time sends then. */
function onTime(event) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  form().requestSubmit(form().querySelector("[data-typed]"));
}

function onChange({ target }) {
  if (target.name === "mode") {
    closeCanned();
    quote();
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

function addFiles(more) {
  const all = new DataTransfer();
  for (const file of [...form().elements.files.files, ...more]) all.items.add(file);
  form().elements.files.files = all.files;
  showFiles();
  text().focus();
}

/** What is selected in the transcript comes into what is being written. */
function quote() {
  const words = quoted();
  if (!words) return;
  const before = text().value && !text().value.endsWith("\n") ? `${text().value}\n` : text().value;
  text().value = before + words;
  getSelection().removeAllRanges();
  keep();
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
  const [to, wasMode] = [ticket(), mode()];
  const data = new FormData(form(), event.submitter);
  const typed = event.submitter?.dataset.typed;
  if (typed) data.set("at", document.getElementById(typed).value);
  document.getElementById("later-menu")?.hidePopover();
  showPending(data.get("client_id"), words, wasMode);
  clear(to, wasMode);
  stopReplying();
  const url = wasMode === "note" ? form().dataset.notes : form().getAttribute("action");
  post({ ticket: to, mode: wasMode, url, data, goesOn: data.get("then") === "resolved" });
  return undefined;
}

/** What became of what was sent; the outbox may tell it much later, and of another ticket. */
const outcomes = {
  address: (entry) => (ticket() === entry.ticket ? `${entry.url}?${since()}` : entry.url),
  waits: (_entry, error) => Boolean(tell(error)),
  taken(entry, page) {
    offerUndo(entry, page, restore); // first: taking a page in empties it
    if (ticket() === entry.ticket) form().dispatchEvent(new Event("sent"));
    take(page, entry.ticket);
    if (entry.goesOn && !text()?.value.trim()) goOn(entry.ticket);
    pull();
  },
  bare(entry) {
    restore(entry);
    notSent(entry, document.getElementById("not-sent").dataset.bare);
  },
  refused(entry, what) {
    const why = what instanceof Error ? what.message : what.getElementById("pulled").dataset.conflict;
    restore(entry);
    if (ticket() !== entry.ticket) notSent(entry, why);
    else if (what instanceof Error) tell(what);
    else take(what, entry.ticket);
    if (what instanceof Error || ticket() !== entry.ticket) pull();
  },
};

export function listenForSending() {
  openOutbox(outcomes);
  document.addEventListener("submit", async (event) => {
    const act = event.target.closest("form[data-withdraw]");
    if (!act) return;
    event.preventDefault();
    closeUndo();
    const to = ticket();
    try {
      const files = await filesOf(act.closest(".bubble")); // once it is taken back they are gone
      await withdraw(act.getAttribute("action"), to, (words) => putBack(words, files, to));
    } catch (error) {
      tell(error);
    }
  });
}

/** What was taken back, or refused, is in the composer again: before what is being written. */
function putBack(words, files, to, kind = "reply") {
  if (ticket() !== to || mode() !== kind) return keepDraft(to, kind, before(words, draft(to, kind)));
  text().value = before(words, text().value);
  text().dispatchEvent(new Event("input", { bubbles: true }));
  addFiles(files);
  return undefined;
}

function showPending(clientId, words, wasMode) {
  if (document.getElementById(`message_${clientId}`)) return;
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

// What the server refused, or what was taken back, goes into the composer again.
function restore(entry) {
  const data = formOf(entry);
  document.getElementById(`message_${entry.id}`)?.remove();
  putBack(data.get("text"), data.getAll("files").filter((file) => file.size), entry.ticket, entry.mode);
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
