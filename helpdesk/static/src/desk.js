// The agents' page. Every part works without this file; it makes the page live.
import htmx from "htmx.org";
import { showWhatHtmxAwaits } from "./desk/busy.js";
import { listenForPicks } from "./desk/bulk.js";
import { listenForSending, openComposer } from "./desk/composer.js";
import { listenForChoices, showCards } from "./desk/cards.js";
import { listenForChanges } from "./desk/changes.js";
import { listenForCorrections } from "./desk/corrections.js";
import { listenForKeys } from "./desk/keys.js";
import { listenForExport } from "./desk/list.js";
import { goLive, watch } from "./desk/live.js";
import { followPanes, showPane } from "./desk/panes.js";
import { listenForSelections } from "./desk/quoting.js";
import { listenForRecipients } from "./desk/recipients.js";
import { listenForDrafts, listenForInserts, showSuggested } from "./desk/suggested.js";
import { listenForTags } from "./desk/tags.js";
import { whose } from "./desk/server.js";
import { openThread } from "./desk/thread.js";
import { listenForNewer } from "./desk/newer.js";
import { localizeTimes } from "./desk/times.js";

window.htmx = htmx;

function openTicket() {
  const opened = document.getElementById("opened");
  if (!opened?.dataset.ticket) return;
  openThread();
  openComposer();
  showSuggested();
  showCards();
  watch(opened.dataset.ticket);
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
  Object.assign(detail.headers, whose());
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
  listenForNewer();
  showWhatHtmxAwaits();
  listenForChanges();
  listenForKeys();
  listenForPicks();
  listenForSending();
  listenForInserts();
  listenForSelections();
  listenForDrafts();
  listenForRecipients();
  listenForChoices();
  listenForCorrections();
  listenForTags();
  listenForExport();
  openTicket();
  document.querySelector("#rows [aria-current]")?.scrollIntoView({ block: "center" });
  goLive();
}
