// While a message to the people is written, articles that may answer it stand below.
import { fetchPart } from "./server.js";

const WAIT = 600; // milliseconds after a key

export function showMatches(form) {
  const place = form.querySelector("#matches");
  let timer;
  form.addEventListener("input", ({ target }) => {
    if (!["subject", "text"].includes(target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });

  async function ask() {
    const words = `${form.elements.subject.value} ${form.elements.text.value}`.trim().slice(0, 1000);
    if (words.length < 4) return;
    const joint = form.dataset.matches.includes("?") ? "&" : "?";
    const html = await fetchPart(`${form.dataset.matches}${joint}${new URLSearchParams({ q: words })}`).catch(() => "");
    if (html.trim() !== place.innerHTML.trim()) place.innerHTML = html.trim();
  }
}
