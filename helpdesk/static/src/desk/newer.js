// A page that stands for days meets a newer server: its scripts are then loaded anew, but never
// under the hands of somebody who writes.

const RELOADED = "reloaded-for"; // while two versions serve side by side, once is enough

/** What the server runs now, as its answers say it. */
export function compare(version) {
  const { assets } = document.body.dataset;
  if (!version || !assets || version === assets) return;
  if (isInUse() || sessionStorage.getItem(RELOADED) === version) document.getElementById("newer").hidden = false;
  else reload(version);
}

/** Loads the page anew and says so, unless somebody writes in it. */
export function loadAnew() {
  if (isInUse()) return false;
  location.reload();
  return true;
}

export function listenForNewer() {
  document.querySelector("#newer button").addEventListener("click", () => location.reload());
}

function reload(version) {
  sessionStorage.setItem(RELOADED, version);
  location.reload();
}

const isInUse = () => document.querySelector("dialog[open], :popover-open, .toast, .turn.pending:not([data-version])") !== null
  || [...document.querySelectorAll("textarea, input, select")].some(isChanged);

function isChanged(field) {
  if (field.matches("[type=radio], [type=hidden]")) return false;
  if (field.matches("[type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((one) => one.selected && !one.defaultSelected && one.index > 0);
  return field.value !== field.defaultValue;
}
