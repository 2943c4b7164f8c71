// The page in the frame: wires the line, the outbox, the transcript and the composer together.

import { about, say } from "./widget/about.js";
import { openAddress } from "./widget/address.js";
import * as api from "./widget/api.js";
import { openComposer } from "./widget/composer.js";
import { avatar, element } from "./widget/elements.js";
import * as frame from "./widget/frame.js";
import { keep, kept } from "./widget/kept.js";
import { openLine } from "./widget/line.js";
import { openOutbox } from "./widget/outbox.js";
import { openSurvey } from "./widget/survey.js";
import { openTranscript } from "./widget/transcript.js";

const find = (selector) => document.querySelector(selector);
const log = find("[role=log]");
const peek = find(".peek");
const offline = find(".is-offline");
const notice = find(".notice");

let identity = "";
let page = frame.isFramed ? "" : location.href;
let isOpen = !frame.isFramed;
let isStarted = false;
let told = kept("told", {}); // by ticket, the last seq that the desk knows was read

const transcript = openTranscript(log, {
  onAgain: (item) => outbox.again(item),
  onDrop: (item) => { outbox.drop(item); transcript.remove(item); },
  onPick(words) {
    log.focus({ preventScroll: true }); // the button goes; who uses the keyboard stays in the talk
    transcript.pending(outbox.add(words, [], page));
  },
});
const survey = openSurvey(find(".rate"), { onDraw: transcript.toEnd });
const address = openAddress(find(".address"));
const line = openLine({
  onNews: take,
  onRead(seen) { told = { ...told, ...seen }; keep("told", told); },
  onTyping: (name) => isOpen && transcript.types(name),
  onState: (isUp) => { offline.hidden = isUp; if (isUp) outbox.flush(); },
  onLost: lost,
});
const outbox = openOutbox({
  before: begin,
  send: line.send,
  onReach: line.isReachable,
  onLost: lost,
  onState: transcript.pending,
  onSent(item, answer) {
    transcript.accepted(item, answer);
    frame.tell("used");
  },
});
const composer = openComposer(find(".write"), {
  onTyping: line.typing,
  onSend: (text, files) => transcript.pending(outbox.add(text, files, page)),
});

// Begin or resume, once. The line opens with the first answer.
async function begin() {
  if (isStarted) return;
  const isOther = await api.start(identity);
  isStarted = true;
  notice.hidden = true;
  if (isOther) startAfresh();
  line.connect();
}

function startAfresh() {
  told = {};
  outbox.clear();
  composer.clear();
  transcript.clear();
  address.reset();
  survey.show(null);
  line.reset();
}

function open() {
  begin().catch(refused);
  showUnread();
}

function refused(error) {
  if (!(error instanceof api.Refusal)) {
    line.isReachable(false);
    setTimeout(() => isOpen && open(), 4000);
  } else if (error.code === "bad_identity") {
    complain(say("identity"), say("as_guest"), () => { identity = ""; open(); });
  } else {
    complain(error.message || say("no_start"), say("again"), () => open());
  }
}

function complain(words, act, handler) {
  const button = element("button", { class: "button s", type: "button" }, act);
  button.addEventListener("click", handler);
  notice.replaceChildren(element("span", {}, words), button);
  notice.hidden = false;
}

let lastLoss = 0;

// The token no longer holds: begin again, but never in a tight circle.
function lost() {
  if (!isStarted || Date.now() - lastLoss < 10_000) return;
  lastLoss = Date.now();
  isStarted = false;
  begin().then(line.renew).then(outbox.flush).catch(refused);
}

async function take({ messages, ended, answer_goes_to: goesTo, survey: asked }) {
  transcript.show(messages);
  transcript.end(ended);
  survey.show(asked);
  if (goesTo !== null && !transcript.isEmpty()) address.tell(goesTo);
  const theirs = messages.filter((message) => !message.mine);
  if (theirs.length) head(theirs.at(-1));
  showUnread();
  if (!markRead() && theirs.length) line.pull(); // says that they arrived
}

function head({ by, author }) {
  const name = by === "bot" ? author || say("bot") : author;
  find(".bar .avatar").replaceWith(avatar(by, name, "l"));
  find(".bar h2").textContent = name;
  const company = find(".bar .meta");
  company.textContent = about.company;
  company.hidden = name === about.company;
}

const newer = (than) => transcript.theirs().filter(({ ticket, seq }) => seq > (than[ticket] ?? 0));
const unread = () => newer(kept("read", {}));

// Read is what stands on a page that is open and in view. True when there was something to tell.
function markRead() {
  if (!isOpen || document.visibilityState !== "visible") return false;
  const fresh = newer(told);
  if (!fresh.length) return false;
  const seen = {};
  for (const { ticket, seq } of fresh) seen[ticket] = Math.max(seen[ticket] ?? 0, seq);
  keep("read", { ...kept("read", {}), ...seen });
  showUnread();
  line.read(seen);
  return true;
}

function showUnread() {
  const fresh = isOpen ? [] : unread();
  frame.tell("unread", { value: fresh.length });
  const last = fresh.at(-1);
  peek.hidden = !last;
  document.body.dataset.mode = isOpen ? "open" : last ? "peek" : "closed";
  if (!last) return frame.tell("peek", { height: 0 });
  peek.querySelector("b").textContent = last.author;
  peek.querySelector("span").textContent = last.text || last.files.map((file) => file.name).join(", ");
  frame.tell("peek", { height: Math.ceil(peek.getBoundingClientRect().height) + 16 });
}

document.addEventListener("visibilitychange", markRead);
addEventListener("focus", markRead);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") frame.tell("close"); });
find(".close").addEventListener("click", () => frame.tell("close"));
peek.addEventListener("click", () => frame.tell("open"));

let dragged = 0;
const drop = find(".drop");
addEventListener("dragenter", () => { dragged += 1; drop.hidden = false; });
addEventListener("dragleave", () => { dragged -= 1; drop.hidden = dragged > 0 ? false : true; });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  dragged = 0;
  drop.hidden = true;
  composer.add(event.dataTransfer.files);
});

frame.on("hello", (site) => {
  ({ identity, page } = site);
  if (site.open) frameOpened();
  else if (api.hasToken()) begin().catch(() => {});
});
frame.on("open", frameOpened);
frame.on("closed", () => { isOpen = false; showUnread(); });
frame.on("identity", (site) => {
  identity = site.identity;
  isStarted = false;
  if (isOpen || api.hasToken()) begin().then(line.renew).catch(refused);
});

function frameOpened() {
  isOpen = true;
  document.body.dataset.mode = "open";
  open();
  transcript.toEnd();
  composer.focus();
  markRead();
}

for (const item of outbox.items) transcript.pending(item);
log.setAttribute("aria-live", "polite");
find(".close").hidden = !frame.isFramed;
frame.listen();
if (!frame.isFramed) open();
if (outbox.items.length) begin().then(outbox.flush).catch(() => {});
