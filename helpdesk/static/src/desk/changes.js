// Changes to a ticket are plain forms; here they are sent without leaving the page.
import { busy } from "./busy.js";
import { refreshList } from "./list.js";
import { move } from "./keys.js";
import { pull, since, take } from "./pull.js";
import { ask, tell } from "./server.js";

export function listenForChanges() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-change]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    inUtc(form, data);
    for (const menu of document.querySelectorAll(":popover-open")) menu.hidePopover(); // one may have opened another
    document.activeElement?.blur();
    const { ticket } = document.getElementById("opened").dataset;
    try {
      const answer = ask(`${form.getAttribute("action")}?${since()}`, { form: data });
      take(await busy(event.submitter, answer), ticket);
      refreshList();
      if (data.get("status") === "resolved" && form.dataset.change !== "stay") goOn(ticket);
    } catch (error) {
      tell(error, ticket);
      pull();
    }
  });
}

/** After a ticket is settled, the next one of the queue opens; what was written stays a draft. */
export function goOn(ticket) {
  if (!document.body.dataset.switches.split(" ").includes("next_ticket")) return;
  if (document.getElementById("opened").dataset.ticket === ticket) move(1) || move(-1);
}

// A date and time field knows no zone: what was meant is the reader's own.
function inUtc(form, data) {
  for (const field of form.querySelectorAll("[data-local]")) {
    if (field.value) data.set(field.name, new Date(field.value).toISOString());
  }
}
