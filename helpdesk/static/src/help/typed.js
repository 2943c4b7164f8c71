// Words that are typed and never sent off: the desk learns what it could not answer.
import { tell } from "./server.js";

const PAUSE = 3000; // milliseconds after a key
const SHORTEST = 2; // characters; the server knows better

export function keepTyped(form) {
  const input = form.elements[form.dataset.typedName];
  let told = input.value.trim();
  let isSent = false;
  let timer;

  function keep() {
    clearTimeout(timer);
    const typed = input.value.trim().slice(0, 200);
    if (isSent || typed === told || typed.length < SHORTEST) return;
    told = typed;
    tell(form.dataset.typed, { typed, lang: form.elements.lang.value }).catch(() => {});
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || keep());
  form.addEventListener("submit", () => (isSent = true));
  addEventListener("pagehide", keep);
  addEventListener("pageshow", () => (isSent = false));
}
