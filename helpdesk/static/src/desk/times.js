// Times in the reader's zone and language.

const language = document.documentElement.lang;
const format = (options) => new Intl.DateTimeFormat(language, options);
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = format({ weekday: "short", day: "numeric", month: "short" });
const oldDay = format({ day: "numeric", month: "short", year: "numeric" });
const long = format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const full = format({ dateStyle: "full", timeStyle: "short" });

export function localizeTimes(root) {
  const today = new Date().toDateString();
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = full.format(at);
    time.textContent = words(time, at, at.toDateString() === today);
  }
}

function words(time, at, isToday) {
  const isOld = Math.abs(Date.now() - at) > 300 * 86_400_000;
  if ("day" in time.dataset) return (isOld ? oldDay : day).format(at);
  if ("long" in time.dataset) return long.format(at);
  if (isOld) return oldDay.format(at);
  return isToday || time.closest(".bubble") ? clock.format(at) : long.format(at);
}
