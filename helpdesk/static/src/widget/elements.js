// Making elements. Text is only ever set as text: nothing that anybody wrote becomes markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const LINK = /https?:\/\/[^\s<>"'，。！？；：）】》]+[^\s<>"'.,!?;:)\]，。！？；：）】》]/g;

// The text, its web addresses as links.
export function linked(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(end, match.index));
    parts.push(element("a", { href: match[0], target: "_blank", rel: "noopener noreferrer nofollow" }, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

// Initials as the workspace shows them; Chinese names by their last two characters.
export function initials(name) {
  const words = name.trim().split(/\s+/);
  if (/\p{Script=Han}/u.test(name)) return words.join("").slice(-2);
  return words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0].slice(0, 2);
}

export function avatar(kind, name, extra = "") {
  if (kind === "bot") return element("span", { class: `avatar ${extra}`, "data-tint": "bot", "aria-hidden": "true" }, icon("bot"));
  return element("span", { class: `avatar ${extra}`, "data-tint": "1", "aria-hidden": "true" }, initials(name || "?").toUpperCase());
}
