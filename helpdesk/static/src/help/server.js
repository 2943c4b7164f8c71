// Talking to the server. What fails stays as it was: the page works without.

export async function fetchPart(url, signal) {
  const answer = await fetch(url, { signal, headers: { "HX-Request": "true" } });
  return answer.ok ? answer.text() : "";
}

export async function tell(url, fields = {}) {
  const csrf = document.querySelector("meta[name=csrf-token]").content;
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const headers = { "X-CSRFToken": csrf, "HX-Request": "true" };
  return (await fetch(url, { method: "POST", body, headers, keepalive: true })).ok;
}
