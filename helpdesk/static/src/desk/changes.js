// Changes to a ticket are plain forms; here they are sent without leaving the page.
import { refreshList } from "./list.js";
import { pull, since, take } from "./pull.js";
import { ask, tell } from "./server.js";

export function listenForChanges() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-change]");
    if (!form) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    inUtc(form, data);
    form.closest("[popover]")?.hidePopover();
    document.activeElement?.blur();
    const { ticket } = document.getElementById("opened").dataset;
    try {
      take(await ask(`${form.action}?${since()}`, { form: data }), ticket);
      refreshList();
    } catch (error) {
      tell(error);
      pull();
    }
  });
}

// A date and time field knows no zone: what was meant is the reader's own.
function inUtc(form, data) {
  for (const field of form.querySelectorAll("[data-local]")) {
    if (field.value) data.set(field.name, new Date(field.value).toISOString());
  }
}
