// The editor of articles: a preview while somebody writes, and a word before words are lost.
const form = document.getElementById("editor");
const WAIT = 300; // milliseconds after a key

if (form) {
  const preview = document.getElementById("preview");
  let timer;
  let running;
  let isChanged = false;

  async function draw() {
    running?.abort();
    running = new AbortController();
    const data = new FormData();
    data.set("body", form.elements.body.value);
    const headers = { "X-CSRFToken": form.elements.csrf_token.value, "HX-Request": "true" };
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: data, headers, signal: running.signal });
      if (answer.ok) preview.innerHTML = await answer.text();
    } catch {
      // newer words are on their way, or the connection is gone
    }
  }

  form.addEventListener("input", ({ target }) => {
    if (target.form !== form) return; // the address has a form of its own
    isChanged = true;
    if (target !== form.elements.body) return;
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT);
  });
  form.addEventListener("submit", () => {
    isChanged = false;
  });
  window.addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
}
