// Asking the server for parts of the page, and saying what stands in the way.

export class Refused extends Error {
  constructor(status, said) {
    super(said);
    this.status = status;
  }
}

const csrf = () => document.querySelector("meta[name=csrf-token]").content;

/** The fragment that the server answers, as a document. Throws Refused, or TypeError offline. */
export async function ask(url, { form, target = "" } = {}) {
  const headers = { "HX-Request": "true", "HX-Target": target };
  if (form) headers["X-CSRFToken"] = csrf();
  const answer = await fetch(url, { method: form ? "POST" : "GET", body: form, headers });
  connected(true);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.status === 401) signedOut();
  if (answer.ok || page.getElementById("pulled")) return page;
  throw new Refused(answer.status, page.querySelector(".refusal")?.textContent.trim() || answer.statusText);
}

export function connected(is) {
  const banner = document.getElementById("offline");
  if (banner) banner.hidden = is;
}

function signedOut() {
  document.getElementById("signed-out").hidden = false;
}

/** Says in a corner what was refused; a lost connection has its own banner. */
export function tell(error) {
  if (error instanceof TypeError) return connected(false);
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401) return undefined;
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = error.message;
  toast.querySelector("button").onclick = () => toast.remove();
  document.querySelector(".toasts").replaceChildren(toast);
  setTimeout(() => toast.remove(), 8000);
  return undefined;
}
