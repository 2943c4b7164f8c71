// The queue beside the ticket: asked for again when something changed, not more than once a second.
import { Idiomorph } from "idiomorph";
import { ask, tell } from "./server.js";
import { localizeTimes } from "./times.js";

const PAUSE = 1000;
let timer;
let last = 0;

export function refreshList() {
  if (timer || document.visibilityState !== "visible") return;
  timer = setTimeout(refresh, Math.max(0, last + PAUSE - Date.now()));
}

async function refresh() {
  last = Date.now();
  const list = document.getElementById("list");
  const rows = list.querySelectorAll("#rows > li:not(.more)").length;
  const { view, q } = list.dataset;
  const search = document.getElementById("q");
  try {
    if (search.value.trim() !== q || rows > 400) return;
    const page = await ask(`/tickets?${new URLSearchParams({ view, size: Math.max(rows, 40), ...(q && { q }) })}`, { target: "list" });
    if (document.getElementById("list").dataset.view !== view) return;
    morph("views", page);
    morph("results", page);
    list.querySelector("header h1 + span").textContent = page.querySelector("#list header h1 + span").textContent;
  } catch (error) {
    tell(error);
  } finally {
    timer = undefined;
  }
}

function morph(id, page) {
  const shown = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!shown || !fresh) return;
  const open = document.getElementById("opened")?.dataset.ticket;
  fresh.querySelector(`#row_${open} .row-link`)?.setAttribute("aria-current", "true");
  Idiomorph.morph(shown, fresh);
  localizeTimes(shown);
  window.htmx.process(shown);
}
