// Files that are dropped or pasted, marks around what is selected.

const MARKS = { b: "**", i: "_" };

/** Files dropped anywhere on the ticket, and images that are pasted, join those that are chosen. */
export function takeFiles(ticket, text, add) {
  ticket.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    ticket.classList.add("takes-files");
  });
  for (const over of ["dragleave", "drop"]) ticket.addEventListener(over, () => ticket.classList.remove("takes-files"));
  ticket.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  text.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add(files);
  });
}

/** Ctrl+B and Ctrl+I set Markdown's marks; true when the key was one of them. */
export function setsMark(event, text) {
  const mark = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && MARKS[event.key.toLowerCase()];
  if (!mark) return false;
  event.preventDefault();
  const [start, end] = [text.selectionStart, text.selectionEnd];
  text.setRangeText(`${mark}${text.value.slice(start, end)}${mark}`, start, end, "end");
  text.setSelectionRange(start + mark.length, end + mark.length);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
