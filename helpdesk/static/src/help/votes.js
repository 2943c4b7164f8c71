// "Did this answer your question?": the vote goes at once, the comment with the button.
import { tell } from "./server.js";

export function takeVotes(form) {
  const thanks = form.nextElementSibling;
  form.addEventListener("change", ({ target }) => {
    if (target.name === "helpful") tell(form.action, { helpful: target.value }).catch(() => {});
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    if (!(await tell(form.action, fields).catch(() => false))) return;
    form.hidden = true;
    thanks.hidden = false;
  });
}
