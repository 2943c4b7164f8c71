// The desk, over HTTP. Every answer is checked; a refusal is an error with a code and a sentence.

import { about } from "./about.js";
import { forget, keep, kept } from "./kept.js";

export class Refusal extends Error {
  constructor(status, { error = "", message = "" } = {}, wait = 0) {
    super(message);
    this.status = status;
    this.code = error;
    this.wait = wait; // seconds
  }
}

let token = kept("token", "");
let starting = null;

export const hasToken = () => Boolean(token);
export const currentToken = () => token;

// Begin or resume; several callers share one request. True when somebody else was signed in here
// before, whose words must go.
export function start(identity) {
  starting ??= begin(identity).finally(() => { starting = null; });
  return starting;
}

async function begin(identity) {
  const answer = await ask("POST", "/visitors", { token, identity }, "");
  token = answer.token;
  const isOther = kept("signed_in", false) && kept("visitor") !== answer.visitor;
  if (isOther) forget("outbox", "draft", "read", "told");
  keep("token", token);
  keep("visitor", answer.visitor);
  keep("signed_in", answer.signed_in);
  return isOther;
}

export const pull = (after) => ask("GET", `/messages?after=${after}`);
export const read = (after, seen) => ask("POST", "/read", { after, seen });
export const rate = (ticket, score, comment) => ask("POST", "/rating", { ticket, score, comment });
export const leave = (email) => ask("POST", "/contact", { email });

async function ask(method, path, body, bearer = token) {
  const headers = { "Accept-Language": about.locale };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(about.api + path, {
    method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store",
    signal: AbortSignal.timeout(20_000),
  });
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, said, Number(answer.headers.get("Retry-After")) || 0);
  return said;
}

// One message with its files. XMLHttpRequest, because fetch does not tell how far an upload is.
export function send({ clientId, text, files, page }, after, onProgress) {
  const form = new FormData();
  form.append("client_id", clientId);
  form.append("text", text);
  form.append("page", page);
  for (const file of files) form.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${about.api}/messages?after=${after}`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept-Language", about.locale);
    request.responseType = "json";
    request.timeout = 20_000 + files.reduce((sum, file) => sum + file.size, 0) / 20;
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve(request.response);
      const wait = Number(request.getResponseHeader("Retry-After")) || 0;
      reject(new Refusal(request.status, request.response ?? {}, wait));
    };
    request.onerror = request.ontimeout = () => reject(new TypeError("no connection"));
    request.send(form);
  });
}
