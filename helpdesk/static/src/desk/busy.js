// A part of the page that waits for the server says so: at once to whoever hears the page, and after
// a moment to whoever sees it (aria-busy in components.css).

/** Lets `part` be busy until `work` is done; the outcome of `work`. */
export async function busy(part, work) {
  part?.setAttribute("aria-busy", "true");
  try {
    return await work;
  } finally {
    part?.removeAttribute("aria-busy");
  }
}

/** The same for what htmx asks for. */
export function showWhatHtmxAwaits() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target.removeAttribute("aria-busy"));
}
