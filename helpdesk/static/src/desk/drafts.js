// What is being written stays in this browser until it is sent, by ticket and mode.

const key = (ticket, mode) => `draft:${ticket}:${mode}`;

export const draft = (ticket, mode) => localStorage.getItem(key(ticket, mode)) ?? "";

export function keepDraft(ticket, mode, words) {
  try {
    if (words) localStorage.setItem(key(ticket, mode), words);
    else localStorage.removeItem(key(ticket, mode));
    return Boolean(words);
  } catch {
    return false; // storage is full or forbidden: nothing was kept, and nothing says so
  }
}
