// The queue beside the ticket: asked for again when something changed, after a pause, and not by all
// colleagues' pages at the same moment.
import { Idiomorph } from "idiomorph";
import { ask, tell } from "./server.js";
import { picked, showCount } from "./bulk.js";
import { drawRows } from "./presence.js";
import { localizeTimes } from "./times.js";

const PAUSE = 1500;
const SPREAD = 500;
const PAGE = 25; // rows, as many as the server gives at first
let timer;
let again = false;
let last = 0;

/** The words that were typed since the list was drawn are part of what it shows. */
export function listenForExport() {
  document.addEventListener("submit", ({ target }) => {
    if (target.id !== "export") return;
    target.elements.q.value = document.getElementById("q").value;
    target.hidePopover();
  });
}

export function refreshList() {
  if (document.visibilityState !== "visible") return;
  again = true;
  timer ??= setTimeout(refresh, Math.max(0, last + PAUSE - Date.now()) + Math.random() * SPREAD);
}

async function refresh() {
  last = Date.now();
  again = false;
  const list = document.getElementById("list");
  const rows = list.querySelectorAll("#rows > :not(.more)").length;
  const { query, q } = list.dataset;
  const isTable = document.querySelector(".queue-table") !== null; // never beside an open ticket
  const search = document.getElementById("q");
  try {
    if (search.value.trim() !== q || rows > 400) return;
    const page = await ask(`/tickets${query}&size=${Math.max(rows, PAGE)}${isTable ? "" : "&rows"}`, { target: "list" });
    if (document.getElementById("list").dataset.query !== query) return;
    morph("views", page);
    morph("saved-views", page);
    morph("every-view", page);
    morph("results", page);
    list.querySelector("header h1 + span").textContent = page.querySelector("#list header h1 + span").textContent;
  } catch (error) {
    tell(error);
  } finally {
    timer = undefined;
    if (again) refreshList(); // told of while the answer was on its way
  }
}

function morph(id, page) {
  const shown = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!shown || !fresh) return;
  const chosen = picked();
  const open = document.getElementById("opened")?.dataset.ticket;
  fresh.querySelector(`#row_${open} .row-link`)?.setAttribute("aria-current", "true");
  for (const box of fresh.querySelectorAll(".pick input")) box.toggleAttribute("checked", chosen.has(box.value));
  Idiomorph.morph(shown, fresh);
  drawRows();
  showCount();
  localizeTimes(shown);
  window.htmx.process(shown);
}
