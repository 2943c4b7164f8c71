// What colleagues want this agent to know: a count, a list, and, if wished, a sound and a window.
import { ask, tell, toast } from "./server.js";
import { localizeTimes } from "./times.js";

const bell = () => document.getElementById("bell");
let known;

export function openBell(socket) {
  if (!bell()) return;
  socket.on("told", () => look(true));
  socket.on("connect", () => look());
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-told]");
    if (!form) return;
    event.preventDefault();
    try {
      show(await ask(form.action, { form: new FormData(form) }));
    } catch (error) {
      tell(error);
    }
  });
  document.addEventListener("submit", askBrowser);
  look();
}

/** Notifications of the desktop are turned on only where the browser lets them through. */
async function askBrowser(event) {
  const button = event.submitter;
  if (!button?.dataset.refused || button.value === "0" || mayNotify()) return;
  event.preventDefault();
  await window.Notification?.requestPermission();
  if (mayNotify()) event.target.requestSubmit(button);
  else toast(button.dataset.refused);
}

const mayNotify = () => window.Notification?.permission === "granted";

export async function look(isNews = false) {
  try {
    show(await ask(bell().dataset.url), isNews);
  } catch { /* the next look shows it */ }
}

function show(page, isNews) {
  const list = page.getElementById("told-list");
  if (!list) return;
  document.getElementById("told").replaceChildren(list);
  localizeTimes(list);
  const count = document.getElementById("bell-count");
  count.textContent = list.dataset.unread;
  count.hidden = list.dataset.unread === "0";
  const newest = Number(list.querySelector("[data-told-id]")?.dataset.toldId ?? 0);
  if (isNews && newest > (known ?? newest)) alertOf(list.querySelector("[data-told-id]"));
  known = Math.max(newest, known ?? 0);
}

const isOn = (name) => document.body.dataset.switches.split(" ").includes(name);

function alertOf(item) {
  if (isOn("sound")) chime();
  if (!isOn("desktop") || document.visibilityState === "visible" || !mayNotify()) return;
  const [title, ...rest] = [...item.querySelectorAll("span > span, small")].map((part) => part.textContent);
  const note = new Notification(title, { body: rest.join("\n"), tag: `told-${item.dataset.toldId}` });
  note.onclick = () => { focus(); location.href = item.href; };
}

function chime() {
  const audio = new AudioContext();
  const [tone, loud] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = 660;
  loud.gain.setValueAtTime(0.08, audio.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.35);
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.35);
}
