// The conversation on the page. What the desk knows stands in its order (ticket, seq); what is
// still on its way stands at the end. A message that arrives replaces its own pending bubble.

import { about, clock, dayOf, say, size } from "./about.js";
import { avatar, element, icon, linked } from "./elements.js";

const TOGETHER = 5 * 60_000; // messages of one person this close share a heading
const LAST = Number.MAX_SAFE_INTEGER;

export function openTranscript(log, { onAgain, onDrop, onPick }) {
  const turns = new Map(); // key -> { message, node }
  const place = ({ ticket, seq }) => (ticket ? ticket * 1e6 + seq : LAST);
  const stored = (message) => (message.client_id && turns.has(message.client_id) ? message.client_id : message.client_id || `${message.ticket}.${message.seq}`);

  const ended = element("p", { class: "line", hidden: true }, element("span", {}, say("ended")));
  const typing = element("p", { class: "who typing", hidden: true });
  const list = element("div", { class: "turns" });
  log.append(list, ended, typing);

  function show(messages) {
    const wasAtEnd = isAtEnd();
    for (const message of messages) put(stored(message), { ...message, at: new Date(message.at), state: "delivered" });
    if (messages.some((message) => !message.mine)) hush();
    arrange();
    if (wasAtEnd || messages.some((message) => message.mine)) toEnd();
  }

  function pending(item, share) {
    const known = turns.get(item.clientId)?.message;
    if (known?.ticket) return;
    put(item.clientId, {
      mine: true, client_id: item.clientId, text: item.text, at: new Date(item.at), by: "customer", share,
      files: known?.files ?? item.files.map(preview), state: item.state, why: item.why, item, language: about.locale,
    });
    arrange();
    if (!known) toEnd();
  }

  // The desk has it; the words that it keeps come with the next pull.
  function accepted(item, { ticket, seq }) {
    const turn = turns.get(item.clientId);
    if (!turn || turn.message.ticket) return;
    put(item.clientId, { ...turn.message, ticket, seq, state: ticket ? "delivered" : "kept", share: undefined, item: null });
    arrange();
  }

  function remove(item) {
    turns.get(item.clientId)?.node.remove();
    turns.delete(item.clientId);
    arrange();
  }

  function put(key, message) {
    const before = turns.get(key);
    const node = draw(message, before?.message);
    if (before) before.node.replaceWith(node);
    else list.append(node);
    turns.set(key, { message, node });
  }

  // Order, headings, days, and the last state of our own.
  function arrange() {
    const sorted = [...turns.values()].sort((a, b) => place(a.message) - place(b.message) || a.message.at - b.message.at);
    let previous = null;
    let ours = null; // who of us spoke last, whatever the visitor said since
    let next = list.firstElementChild;
    for (const turn of sorted) {
      if (turn.node !== next) list.insertBefore(turn.node, next);
      else next = next.nextElementSibling;
      head(turn, previous, ours);
      previous = turn.message;
      if (!previous.mine) ours = previous;
    }
    states(sorted);
    offer(sorted);
  }

  // Quick replies stand under the last words only: what is past is not asked again.
  function offer(sorted) {
    for (const { message, node } of sorted) {
      const row = node.querySelector(".picks");
      if (row) row.hidden = message !== sorted.at(-1).message;
    }
  }

  function head({ message, node }, previous, ours) {
    const isNewDay = !previous ? !isToday(message.at) : dayOf(previous.at) !== dayOf(message.at);
    const isHandoff = ours?.by === "bot" && message.by === "agent";
    const goesOn = previous && !isNewDay && previous.mine === message.mine
      && (message.mine || (previous.by === message.by && previous.author === message.author)) && message.at - previous.at < TOGETHER;
    const [line, who] = node.children;
    line.hidden = !isNewDay && !isHandoff;
    line.firstChild.textContent = isHandoff ? say("now_talking", { name: message.author }) : isToday(message.at) ? say("today") : dayOf(message.at);
    who.classList.toggle("sr", Boolean(goesOn));
  }

  // An answer to it proves that it was seen; nothing else does.
  function states(sorted) {
    const answered = new Map();
    for (const { message } of sorted) if (!message.mine && message.by === "agent") answered.set(message.ticket, message.seq);
    const mine = sorted.filter(({ message }) => message.mine);
    for (const [index, { message, node }] of mine.entries()) {
      const isSeen = message.ticket && answered.get(message.ticket) > message.seq;
      const isLast = index === mine.length - 1;
      const tells = isLast || !["delivered", "kept"].includes(message.state);
      state(node.lastElementChild, message, tells, isSeen);
    }
  }

  function state(foot, message, tells, isSeen) {
    foot.hidden = !tells;
    if (!tells) return foot.replaceChildren();
    const [glyph, words] = {
      sending: ["clock", say("sending")], waiting: ["clock", say("waiting")],
      slowed: ["clock", say("too_fast", { seconds: message.why })], kept: ["check", say("kept")],
      failed: ["alert", message.why || say("failed")],
      delivered: isSeen ? ["checks", say("seen")] : ["check", say("delivered")],
    }[message.state];
    foot.dataset.state = message.state === "delivered" && isSeen ? "read" : message.state;
    foot.replaceChildren(icon(glyph), element("span", {}, words));
    if (message.state === "failed") foot.append(act("try_again", () => onAgain(message.item)), act("remove_it", () => onDrop(message.item)));
  }

  function act(word, handler) {
    const button = element("button", { class: "button link s", type: "button" }, say(word));
    button.addEventListener("click", handler);
    return button;
  }

  function draw(message, before) {
    const turn = element("div", { class: `turn-of ${message.mine ? "me" : "them"}`, "data-by": message.by });
    turn.append(element("p", { class: "line", hidden: true }, element("span", {}, "")), heading(message), bubble(message, before));
    if (message.buttons?.length) turn.append(picks(message));
    turn.append(element("p", { class: "delivery", hidden: true }));
    return turn;
  }

  function picks(message) {
    const row = element("p", { class: "picks", role: "group", "aria-label": say("answers"), lang: message.language || null });
    for (const words of message.buttons) {
      const button = element("button", { class: "button s", type: "button" }, words);
      button.addEventListener("click", () => onPick(words));
      row.append(button);
    }
    return row;
  }

  function heading(message) {
    const time = element("time", { datetime: message.at.toISOString() }, clock(message.at));
    if (message.mine) return element("p", { class: "who me" }, element("span", { class: "sr" }, say("you")), time);
    const name = message.by === "bot" ? message.author || say("bot") : message.author;
    return element("p", { class: "who" }, avatar(message.by, name, "s"), element("span", { translate: "no" }, name), time);
  }

  function bubble(message, before) {
    const box = element("div", { class: `say ${message.mine ? "me" : "them"}`, lang: message.language || null, dir: "auto" });
    if (message.text) box.append(element("p", {}, ...linked(message.text)));
    if (message.files.length) {
      const local = new Map((before?.files ?? []).map((file) => [file.name, file.preview]));
      box.append(element("div", { class: "files" }, ...message.files.map((file) => attached({ preview: local.get(file.name), ...file }))));
    }
    if (message.share !== undefined && message.share < 1 && message.state === "sending") {
      box.append(element("progress", { max: "1", value: message.share, "aria-label": say("sending") }));
    }
    return box;
  }

  function attached(file) {
    const picture = file.preview ?? (/^image\/(png|jpeg|gif|webp)$/.test(file.type) ? file.url : "");
    const thumb = element("span", { class: "thumb" }, picture ? element("img", { src: picture, alt: "", loading: "lazy" }) : icon("file"));
    const words = element("span", { class: "cut", translate: "no" }, file.name, element("small", {}, size(file.size)));
    return element(file.url ? "a" : "span", { class: "file", href: file.url || null, target: "_blank", rel: "noopener" }, thumb, words);
  }

  const preview = (file) => ({
    name: file.name, type: file.type, size: file.size, url: "",
    preview: file.type.startsWith("image/") ? URL.createObjectURL(file) : undefined,
  });

  let hushTimer = 0;
  function types(name) {
    const wasAtEnd = isAtEnd();
    clearTimeout(hushTimer);
    hushTimer = setTimeout(hush, 5000);
    if (!typing.hidden) return;
    typing.hidden = false;
    const dots = element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
    typing.replaceChildren(avatar("agent", name, "s"), element("span", {}, say("is_writing", { name })), dots);
    if (wasAtEnd) toEnd();
  }

  function hush() { typing.hidden = true; }

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };

  return {
    show, pending, accepted, remove, types, toEnd,
    end: (isEnded) => { ended.hidden = !isEnded; },
    clear() { for (const { node } of turns.values()) node.remove(); turns.clear(); },
    isEmpty: () => turns.size === 0,
    theirs: () => [...turns.values()].map((turn) => turn.message).filter((message) => !message.mine),
  };
}

const isToday = (at) => dayOf(at) === dayOf(new Date());
