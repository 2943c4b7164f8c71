// Where the visitor writes: the draft, the files to go with it, and what is wrong with them.

import { about, say, size } from "./about.js";
import { element, icon } from "./elements.js";
import { keep, kept } from "./kept.js";

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Cs}/gu;

export function openComposer(form, { onSend, onTyping }) {
  const area = form.querySelector("textarea");
  const picker = form.querySelector("input[type=file]");
  const list = form.querySelector(".picked");
  const fault = form.querySelector(".fault");
  const button = form.querySelector("[type=submit]");
  let files = [];

  area.value ||= kept("draft", ""); // a quick visitor writes before this script runs
  fit();

  area.addEventListener("input", () => {
    keep("draft", area.value);
    fit();
    judge();
    if (area.value.trim()) onTyping();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.querySelector(".pick").addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => { add(picker.files); picker.value = ""; area.focus(); });
  area.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });

  function submit() {
    const text = area.value.replace(CONTROL, "").trim();
    if (!text && !files.length) return area.focus();
    if (!judge()) return area.focus();
    const chosen = files;
    area.value = "";
    files = [];
    keep("draft", "");
    fit();
    draw();
    complain("");
    onSend(text, chosen);
    area.focus();
  }

  function add(chosen) {
    for (const file of chosen) {
      if (files.length >= about.limits.files) return complain(say("too_many_files", { count: about.limits.files }));
      if (file.size > about.limits.file) { complain(say("file_too_large", { name: file.name, size: size(about.limits.file) })); continue; }
      if (!file.size) { complain(say("empty_file", { name: file.name })); continue; }
      complain("");
      files.push(file);
    }
    draw();
  }

  function draw() {
    list.hidden = !files.length;
    list.replaceChildren(...files.map(chip));
  }

  function chip(file) {
    const remove = element("button", { type: "button", class: "button plain icon-only s", "aria-label": say("remove", { name: file.name }) }, icon("x"));
    remove.addEventListener("click", () => { files = files.filter((each) => each !== file); draw(); complain(""); area.focus(); });
    const thumb = element("span", { class: "thumb" }, icon("file"));
    if (file.type.startsWith("image/")) {
      const image = element("img", { src: URL.createObjectURL(file), alt: "" });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      thumb.replaceChildren(image);
    }
    return element("li", { class: "file" }, thumb, element("span", { class: "cut", translate: "no" }, file.name, element("small", {}, size(file.size))), remove);
  }

  // True when the text may go; otherwise says by how much it is too long.
  function judge() {
    const over = Array.from(area.value.trim()).length - about.limits.chars;
    if (over > 0) complain(say("too_long", { count: over }), true);
    else if (area.ariaInvalid === "true") complain("");
    button.ariaDisabled = over > 0 ? "true" : null;
    return over <= 0;
  }

  function complain(words, isText = false) {
    fault.hidden = !words;
    fault.replaceChildren(...(words ? [icon("alert"), element("span", {}, words)] : []));
    area.ariaInvalid = isText && words ? "true" : null;
  }

  function fit() {
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight, 144)}px`;
  }

  return {
    add,
    focus: () => area.focus(),
    clear() { area.value = ""; files = []; fit(); draw(); complain(""); },
  };
}
