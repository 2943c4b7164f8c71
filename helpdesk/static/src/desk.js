// The agents' page. Every part works without this file; it makes the page live.
import htmx from "htmx.org";
import { openComposer } from "./desk/composer.js";
import { listenForChanges } from "./desk/changes.js";
import { listenForKeys } from "./desk/keys.js";
import { goLive, watch } from "./desk/live.js";
import { followPanes, showPane } from "./desk/panes.js";
import { listenForInserts, showSuggested } from "./desk/suggested.js";
import { openThread } from "./desk/thread.js";
import { localizeTimes } from "./desk/times.js";

window.htmx = htmx;

function openTicket() {
  const opened = document.getElementById("opened");
  if (!opened?.dataset.ticket) return;
  openThread();
  openComposer();
  showSuggested();
  watch(opened.dataset.ticket);
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  localizeTimes(document.body);
  if (detail.target.id === "opened") arrive();
});

function arrive() {
  const { ticket, title } = document.getElementById("opened").dataset;
  document.title = title;
  for (const link of document.querySelectorAll("#rows [aria-current]")) link.removeAttribute("aria-current");
  document.querySelector(`#row_${ticket} .row-link`)?.setAttribute("aria-current", "true");
  showPane("ticket");
  openTicket();
}

if (document.body.classList.contains("workspace")) {
  localizeTimes(document.body);
  followPanes();
  listenForChanges();
  listenForKeys();
  listenForInserts();
  openTicket();
  document.querySelector("#rows [aria-current]")?.scrollIntoView({ block: "center" });
  goLive();
}
