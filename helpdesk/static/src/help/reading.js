// An article counts as opened once its page has been looked at for a moment.
import { tell } from "./server.js";

const LOOK = 1500; // milliseconds

export function tellOfReading(article) {
  const { asked = "", typed = "" } = article.dataset;
  const note = () => tell(article.dataset.readings, { asked, typed }).catch(() => {});
  const begin = () => document.visibilityState === "visible" && setTimeout(note, LOOK);
  if (begin()) return;
  document.addEventListener("visibilitychange", begin, { once: true });
}
