// What is being written stays in this browser until it is sent, by agent, ticket and mode: several
// people may sign in at one machine.

const key = (ticket, mode) => `draft:${document.body.dataset.agent}:${ticket}:${mode}`;

export const draft = (ticket, mode) => localStorage.getItem(key(ticket, mode)) ?? "";

/** `words`, and then what was begun since; the blank line keeps the two apart. */
export const before = (words, begun) => (begun.trim() ? `${words}\n\n${begun.trim()}` : words);

export function keepDraft(ticket, mode, words) {
  try {
    if (words) localStorage.setItem(key(ticket, mode), words);
    else localStorage.removeItem(key(ticket, mode));
    return Boolean(words);
  } catch {
    return false; // storage is full or forbidden: nothing was kept, and nothing says so
  }
}
