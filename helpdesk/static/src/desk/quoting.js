// Words that are selected in the transcript can be quoted: a button stands below them.

const GAP = 4; // pixels
const button = () => document.getElementById("quote");

export function listenForSelections() {
  document.addEventListener("selectionchange", show);
  document.addEventListener("scroll", show, { capture: true, passive: true });
  document.addEventListener("mousedown", (event) => event.target.closest("#quote") && event.preventDefault()); // what is selected stays so
}

/** What is selected in the transcript, as a quotation; "" for nothing. */
export function quoted() {
  const words = inTranscript() ? getSelection().toString().trim() : "";
  return words ? `${words.split("\n").map((line) => `> ${line}`).join("\n")}\n\n` : "";
}

function inTranscript() {
  const node = getSelection()?.anchorNode;
  return Boolean((node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("#thread .said"));
}

function show() {
  const here = button();
  if (!here) return;
  const end = quoted() && lastLine();
  here.hidden = !end;
  if (end) place(here, end);
}

/** Where the selection ends on the screen; nothing when that is scrolled away. */
function lastLine() {
  const lines = [...getSelection().getRangeAt(0).getClientRects()].filter((line) => line.width);
  const pane = document.getElementById("transcript").getBoundingClientRect();
  return lines.reverse().find((line) => line.bottom > pane.top && line.top < pane.bottom);
}

function place(here, line) {
  const pane = document.getElementById("transcript").getBoundingClientRect();
  const most = { top: pane.bottom - here.offsetHeight - GAP, left: pane.right - here.offsetWidth - GAP };
  here.style.top = `${Math.min(line.bottom + GAP, most.top)}px`;
  here.style.left = `${Math.max(pane.left + GAP, Math.min(line.right - here.offsetWidth, most.left))}px`;
}
