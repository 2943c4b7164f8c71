// How the visitor liked it, once their chat has ended: a face counts at once, words may follow.

import { say } from "./about.js";
import * as api from "./api.js";
import { element, icon } from "./elements.js";

export function openSurvey(box, { onDraw }) {
  const faces = [...box.querySelectorAll(".face")];
  const form = box.querySelector("form");
  const words = form.querySelector("input");
  const thanks = box.querySelector(".thanks");
  const fault = box.querySelector(".fault");
  let asked = null; // { ticket, score, comment }

  for (const face of faces) face.addEventListener("click", () => rate(Number(face.value), null));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (words.value.trim()) rate(asked.score, words.value.trim());
  });

  async function rate(score, comment) {
    complain("");
    try {
      asked = await api.rate(asked.ticket, score, comment);
      draw();
      if (!asked.comment) words.focus();
    } catch (error) {
      complain(error instanceof api.Refusal ? error.message : say("offline"));
    }
  }

  function show(survey) {
    if (survey && asked && survey.ticket === asked.ticket && survey.score === asked.score && survey.comment === asked.comment) return;
    if (survey?.ticket !== asked?.ticket) words.value = "";
    asked = survey;
    draw();
  }

  function draw() {
    const wasHidden = box.hidden;
    box.hidden = !asked;
    if (!asked) return;
    for (const face of faces) face.setAttribute("aria-pressed", String(Number(face.value) === asked.score));
    form.hidden = !asked.score || Boolean(asked.comment);
    thanks.hidden = !asked.score;
    thanks.textContent = asked.score ? say(asked.comment ? "rate_kept" : "rate_thanks") : "";
    if (wasHidden) onDraw();
  }

  function complain(sentence) {
    fault.hidden = !sentence;
    fault.replaceChildren(...(sentence ? [icon("alert"), element("span", {}, sentence)] : []));
  }

  return { show };
}
