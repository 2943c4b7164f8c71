// One pane at a time on a phone; on a narrow screen the details slide over.

export function showPane(name) {
  document.documentElement.dataset.pane = name;
}

export function followPanes() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-pane-to]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.dataset.paneTo === "list" && !document.getElementById("rows")) return;
    event.preventDefault();
    showPane(link.dataset.paneTo);
  });
}
