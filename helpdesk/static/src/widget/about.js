// The facts and the words of this widget, from the block of JSON in the page.

export const about = JSON.parse(document.getElementById("about").textContent);

export function say(word, facts = {}) {
  return about.words[word].replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1048576) return `${Math.round(bytes / 1024)} kB`;
  return `${Math.round(bytes / 104857.6) / 10} MB`;
}

const time = new Intl.DateTimeFormat(about.locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(about.locale, { weekday: "short", day: "numeric", month: "short" });

export const clock = (at) => time.format(at);
export const dayOf = (at) => day.format(at);
