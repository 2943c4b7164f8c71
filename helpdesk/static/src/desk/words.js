// What a button that carries a key says, without the key.

export function wordsOf(button) {
  const said = button.getAttribute("aria-label") || button.title || textOf(button.closest("label") ?? button);
  return said.replace(/\s*\([^)]*\)\s*$/, "").replace(/\s+/g, " ").trim();
}

function textOf(part) {
  const copy = part.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent;
}
