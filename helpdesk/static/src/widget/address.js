// The line below the composer: where an answer goes when the visitor leaves, and the form to
// leave an email. What is typed here proves nothing, and the line does not pretend it does.

import { say } from "./about.js";
import * as api from "./api.js";
import { element, icon } from "./elements.js";

export function openAddress(box) {
  const line = box.querySelector(".fine");
  const form = box.querySelector("form");
  const input = form.querySelector("input");
  const fault = form.querySelector(".error");
  let address = "";
  let noted = "";

  function tell(goesTo) {
    address = goesTo;
    box.hidden = false;
    draw();
  }

  function draw() {
    if (address) return line.replaceChildren(...split(say("goes_to", { email: "\u0001" }), address));
    if (noted) return line.replaceChildren(...split(say("email_kept", { email: "\u0001" }), noted));
    const button = element("button", { type: "button", class: "button link s" }, say("leave_email"));
    button.addEventListener("click", () => open(true));
    line.replaceChildren(say("waits_here"), " ", button);
  }

  const split = (words, email) => {
    const [before, after] = words.split("\u0001");
    return [before, element("span", { translate: "no" }, email), after ?? ""];
  };

  function open(wanted) {
    form.hidden = !wanted;
    line.hidden = wanted;
    complain("");
    if (wanted) input.focus();
    else line.querySelector("button")?.focus();
  }

  function complain(words) {
    fault.hidden = !words;
    fault.replaceChildren(...(words ? [icon("alert"), element("span", {}, words)] : []));
    input.ariaInvalid = words ? "true" : null;
  }

  form.querySelector("[type=button]").addEventListener("click", () => open(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!/^[^@\s]+@[^@\s]+\.[^@\s]{2,}$/.test(input.value.trim())) { complain(say("bad_email")); return input.focus(); }
    try {
      await api.leave(input.value.trim());
      noted = input.value.trim();
      open(false);
      draw();
    } catch (error) {
      complain(error instanceof api.Refusal ? error.message : say("offline"));
    }
  });

  return { tell, reset() { noted = ""; address = ""; box.hidden = true; open(false); } };
}
