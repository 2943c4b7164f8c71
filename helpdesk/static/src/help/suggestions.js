// A combobox (WAI-ARIA: list autocomplete with manual selection): titles while somebody types.
import { fetchPart } from "./server.js";

const WAIT = 80; // milliseconds after a key

export function suggestWhileTyping(form) {
  const input = form.querySelector("[role=combobox]");
  const list = form.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  let timer;
  let running;

  function show(isShown) {
    list.hidden = !isShown;
    input.ariaExpanded = String(isShown);
    if (!isShown) choose(-1);
  }

  function choose(at) {
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    if (options()[at]) input.setAttribute("aria-activedescendant", options()[at].id);
    else input.removeAttribute("aria-activedescendant");
  }

  /** What somebody is choosing from stays as it is, whatever answer is still on its way. */
  function keepThese() {
    clearTimeout(timer);
    running?.abort();
  }

  async function ask() {
    running?.abort();
    running = new AbortController();
    const typed = input.value.trim();
    if (!typed) return show(false);
    const query = new URLSearchParams({ q: typed, lang: form.elements.lang.value });
    try {
      list.innerHTML = await fetchPart(`${form.dataset.suggestions}?${query}`, running.signal);
      show(list.childElementCount > 0 && document.activeElement === input);
    } catch {
      // a newer key took its place, or the connection is gone
    }
    return undefined;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.ariaSelected === "true");
    if (event.key.startsWith("Arrow") && all.length) keepThese();
    if (event.key === "Escape" && !list.hidden) show(false);
    else if (event.key === "ArrowDown" && all.length) choose((at + 1) % all.length);
    else if (event.key === "ArrowUp" && all.length) choose(at <= 0 ? all.length - 1 : at - 1);
    else if (event.key === "Enter" && at >= 0 && !event.isComposing) all[at].click();
    else return;
    event.preventDefault();
  });
  input.addEventListener("focus", () => list.childElementCount && input.value && show(true));
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || show(false));
}
