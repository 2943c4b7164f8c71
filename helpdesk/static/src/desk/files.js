// The files of a message that stands in the transcript, as if somebody had chosen them anew.
import { Refused } from "./server.js";

/** All of them, or a refusal when one cannot be had. */
export const filesOf = (bubble) => Promise.all([...bubble.querySelectorAll(".files a.file")].map(fileAt));

async function fileAt({ href }) {
  const answer = await fetch(href);
  if (!answer.ok) throw new Refused(answer.status, answer.statusText);
  const name = decodeURIComponent(new URL(href).pathname.split("/").at(-1));
  const content = await answer.blob();
  return new File([content], name, { type: content.type });
}
