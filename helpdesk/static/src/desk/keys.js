// Single keys press the real buttons that carry them in data-key; off while somebody types.

const rows = () => [...document.querySelectorAll("#rows .row-link")];

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") document.activeElement?.blur();
    if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable], dialog")) return;
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    press(button);
  });
}

function press(button) {
  if (button.matches("input[type=radio]")) {
    button.checked = true;
    button.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("text")?.focus();
  } else if (button.matches("input")) button.focus();
  else button.click();
}

function move(step) {
  const all = rows();
  const at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[at < 0 && step < 0 ? all.length - 1 : at + step];
  next?.scrollIntoView({ block: "nearest" });
  next?.click();
}
