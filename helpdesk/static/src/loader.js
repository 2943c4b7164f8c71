// What a site embeds: <script src="https://desk.example/widget.js" data-inbox="shop" async></script>
// Optional: data-locale (en, zh-Hans, zh-Hant), data-theme (light, dark), data-identity (a JWT).
// It draws the button and holds the frame; everything else happens inside the frame.
// Styles go through constructed sheets and the CSSOM, so a strict CSP needs only our origin in
// script-src and frame-src.

const script = document.currentScript;
const desk = new URL(script.src).origin;
const { inbox, theme = "" } = script.dataset;
const locale = script.dataset.locale || document.documentElement.lang || navigator.language;
const flag = `helpdesk-chat:${inbox}`;
let identity = script.dataset.identity || "";

const WORDS = {
  en: ["Chat", "Chat with us", "Close the chat", (n) => `${n} new message${n > 1 ? "s" : ""}`],
  hans: ["聊天", "与我们聊天", "关闭聊天", (n) => `${n} 条新消息`],
  hant: ["聊天", "與我們聊天", "關閉聊天", (n) => `${n} 條新訊息`],
};
const spoken = !/^zh/i.test(locale) ? "en" : /hant|-tw|-hk|-mo/i.test(locale) ? "hant" : "hans";
const [TITLE, OPEN, CLOSE, NEW] = WORDS[spoken];

const CSS = `
:host { all: initial; }
button { all: unset; box-sizing: border-box; position: fixed; z-index: 2147483001; inset: auto 20px 20px auto; inline-size: 56px; block-size: 56px; border-radius: 50%; display: grid; place-items: center; cursor: pointer; background: #0e6077; color: #fff; box-shadow: 0 2px 6px rgb(16 36 42 / .12), 0 12px 32px rgb(16 36 42 / .22); transition: background-color .12s; }
button:hover { background: #0a4c5f; }
button:focus-visible { outline: 2px solid #1257c7; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
svg { inline-size: 24px; block-size: 24px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
span { position: absolute; inset: -2px -2px auto auto; min-inline-size: 20px; box-sizing: border-box; padding: 0 6px; border-radius: 10px; background: #b52a20; color: #fff; font: 600 12px/20px system-ui, sans-serif; text-align: center; box-shadow: 0 0 0 2px #fff; }
span:empty { display: none; }
iframe { position: fixed; z-index: 2147483000; inset: auto 20px 92px auto; inline-size: 384px; block-size: min(704px, calc(100dvb - 120px)); border: 0; border-radius: 16px; box-shadow: 0 0 0 1px rgb(120 140 145 / .35), 0 2px 6px rgb(16 36 42 / .08), 0 16px 40px rgb(16 36 42 / .2); color-scheme: light dark; visibility: hidden; opacity: 0; transition: opacity .2s; }
.open iframe, .peek iframe { visibility: visible; opacity: 1; }
.peek iframe { inset: auto 84px 12px auto; inline-size: min(296px, calc(100vi - 100px)); block-size: var(--peek); box-shadow: none; border-radius: 0; }
@media (max-width: 46rem) {
  .open iframe { inset: 0; inline-size: 100%; block-size: 100%; border-radius: 0; }
  .open button { display: none; }
}
@media (prefers-color-scheme: dark) {
  button { background: #62c1d6; color: #08191e; } button:hover { background: #85d2e3; }
  button:focus-visible { outline-color: #9cc2ff; box-shadow: 0 0 0 2px #08191e; }
  span { background: #f0857a; color: #08191e; box-shadow: 0 0 0 2px #141c1f; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { button { border: 2px solid ButtonText; } iframe { border: 1px solid CanvasText; } }
@media print { :host { display: none; } }`;

const SHAPES = ["M2 3.5h12v8H8L4.5 14v-2.5H2v-8Z", "m4 6 4 4 4-4"];
const SVG = "http://www.w3.org/2000/svg";

let frame, box, button, count, shape, spare;
let isOpen = false;
let isReady = false;
let unread = 0;

function build() {
  const host = document.createElement("helpdesk-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  box = document.createElement("div");
  button = document.createElement("button");
  button.type = "button";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  shape = svg.appendChild(document.createElementNS(SVG, "path"));
  count = document.createElement("span");
  count.ariaHidden = "true";
  button.append(svg, count);
  button.addEventListener("click", () => show(!isOpen));
  box.append(button);
  root.append(box);
  box.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && show(false));
  document.body.append(host);
  draw();
  if (identity || wasUsed()) load();
}

function draw() {
  box.classList.toggle("open", isOpen);
  shape.setAttribute("d", SHAPES[isOpen ? 1 : 0]);
  button.ariaExpanded = String(isOpen);
  button.ariaLabel = isOpen ? CLOSE : unread ? `${OPEN}, ${NEW(unread)}` : OPEN;
  count.textContent = isOpen || !unread ? "" : unread > 9 ? "9+" : String(unread);
}

function load() {
  if (frame) return;
  frame = document.createElement("iframe");
  frame.title = TITLE;
  frame.src = `${desk}/widget/${encodeURIComponent(inbox)}?lang=${encodeURIComponent(locale)}&theme=${theme}`;
  box.prepend(frame);
}

function show(wanted) {
  load();
  isOpen = wanted;
  box.classList.remove("peek");
  draw();
  coverThePage();
  tell(isOpen ? "open" : "closed");
  (isOpen ? frame : button).focus();
}

// On a phone the chat covers the page, which must not scroll behind it.
function coverThePage() {
  const style = document.documentElement.style;
  const covers = isOpen && matchMedia("(max-width: 46rem)").matches;
  if (covers && spare === undefined) { spare = style.overflow; style.overflow = "hidden"; }
  if (!covers && spare !== undefined) { style.overflow = spare; spare = undefined; }
}

function tell(what, more) {
  if (isReady) frame.contentWindow.postMessage({ helpdesk: what, ...more }, desk);
}

const HEARD = {
  ready() {
    isReady = true;
    tell("hello", { identity, page: location.href, open: isOpen });
  },
  close: () => show(false),
  open: () => show(true),
  unread({ value }) { unread = Number(value) || 0; draw(); },
  peek({ height }) {
    box.classList.toggle("peek", !isOpen && height > 0);
    box.style.setProperty("--peek", `${Math.min(Number(height) || 0, 200)}px`);
  },
  used() { try { localStorage.setItem(flag, "1"); } catch { /* then it loads when it is opened */ } },
};

function wasUsed() {
  try { return localStorage.getItem(flag) === "1"; } catch { return false; }
}

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== desk || !frame || source !== frame.contentWindow) return;
  if (data && Object.hasOwn(HEARD, data.helpdesk)) HEARD[data.helpdesk](data);
});

if (inbox && !window.HelpdeskChat) {
  window.HelpdeskChat = {
    open: () => show(true),
    close: () => show(false),
    // After a login or a logout without a new page: the new identity, or "".
    identify(jwt) {
      identity = jwt || "";
      if (identity) load();
      tell("identity", { identity });
    },
  };
  if (document.body) build();
  else addEventListener("DOMContentLoaded", build);
}
