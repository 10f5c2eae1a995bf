/* The view of the notes: their tree, what was found, and what can be done; files dropped on it are added.
 *
 * The server sends safe HTML and rows (notes_view.py); this file puts them up and carries out clicks.
 * The tree itself is `notes_tree.js`.
 */
"use strict";

(() => {
  const BUSY_MS = 400;
  const IDLE_MS = 2000;
  const HEADERS = { "X-Mutgo": "1" };
  const view = () => document.getElementById("view-notes");
  const part = (name) => document.getElementById(`notes-${name}`);

  let seen = ["", ""];
  let shown = false;
  let timer = 0;
  let words = {};
  let largest = 0;
  let tree = null;
  let working = false;

  /* ---- what there is ----------------------------------------------------------------------- */

  async function state() {
    clearTimeout(timer);
    try {
      const asked = new URLSearchParams({ notes: seen[0], found: seen[1] });
      const answer = await fetch(`mutgo/notes/state?${asked}`);
      if (answer.ok) fill(await answer.json());
    } catch { /* the next look may find the server */ }
    clearTimeout(timer);
    if (shown && !document.hidden) timer = setTimeout(state, working ? BUSY_MS : IDLE_MS);
  }

  /** Puts up what the server told. */
  function fill(told) {
    if (told.frame && !tree) {
      view().innerHTML = told.frame;
      words = told.words;
      largest = told.largest;
      part("folder").textContent = told.folder;
      tree = window.mutgo.notesTree(part("tree"), part("tags"), part("none"));
    }
    put("said", told.said);
    put("bar", told.bar);
    put("found", told.found);
    part("when").textContent = told.trouble || (told.when && `· ${told.when}`);
    part("when").classList.toggle("trouble", Boolean(told.trouble));
    if (told.counted !== undefined) part("counted").textContent = told.counted;
    if (told.notes) tree.take(told.notes, words);
    working = told.working;
    for (const one of view().querySelectorAll("[data-act]")) one.setAttribute("aria-disabled", String(working));
    seen = told.seen;
  }

  /** Changes a place only where it differs: it may be read aloud, or hold the focus. */
  function put(name, html) {
    const place = part(name);
    if (html === undefined || place.dataset.html === html) return;
    const folds = () => [...place.querySelectorAll("details[data-fold]")];
    const left = new Map(folds().map((one) => [one.dataset.fold, one.open]));
    place.innerHTML = place.dataset.html = html;
    for (const one of folds()) one.open = left.get(one.dataset.fold) ?? one.open;
  }

  async function act(name) {
    await fetch(`mutgo/notes/act/${name}`, { method: "POST", headers: HEADERS }).catch(() => null);
    state();
  }

  /* ---- files ------------------------------------------------------------------------------- */

  async function add(files, folders = []) {
    part("added").replaceChildren();
    for (const name of folders) line(name, "refused").append(words.folder);
    let added = false;
    for (const file of files) added = await addOne(file) || added;
    if (added) act("sync");
  }

  function line(name, className) {
    const made = document.createElement("li");
    const title = document.createElement("b");
    made.className = className;
    title.textContent = name;
    made.append(title, " ");
    part("added").append(made);
    return made;
  }

  /** Sends a file and says what became of it; returns whether it was added. */
  async function addOne(file, both = false) {
    const said = line(file.name, "sending");
    const told = file.size > largest ? { said: words.large } : await sent(file, both);
    said.append(told?.said ?? words.failed);
    said.className = told?.path ? "done" : "refused";
    if (told?.path) {
      tree.welcome(told.path);
      said.querySelector("b").replaceWith(opening(told.path));
    }
    if (told?.both) said.append(" ", keeping(file, told.both, said));
    return Boolean(told?.path);
  }

  function sent(file, both) {
    const asked = new URLSearchParams(both ? { name: file.name, both: "" } : { name: file.name });
    return fetch(`mutgo/notes/add?${asked}`, { method: "POST", headers: HEADERS, body: file })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
  }

  function opening(path) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "where";
    Object.assign(button.dataset, { note: path, line: "1" });
    button.textContent = path;
    return button;
  }

  function keeping(file, label, said) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "act small";
    button.textContent = label;
    button.addEventListener("click", async () => {
      said.remove();
      if (await addOne(file, true)) act("sync");
    });
    return button;
  }

  /* ---- listening --------------------------------------------------------------------------- */

  /** Begins a question about a note; the reader writes the rest. */
  function ask(title) {
    window.mutgo.go("");
    const box = document.querySelector("#question textarea");
    box.value = `${title} `;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#view-notes [data-act]");
    const asked = event.target.closest("#view-notes .note-ask");
    if (button && !working) act(button.dataset.act);
    if (asked) ask(asked.dataset.title);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "notes-filter") tree.narrow(event.target.value);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "notes-files") return;
    add([...event.target.files]);
    event.target.value = "";
  });

  const dropping = (event) => shown && part("files") && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!dropping(event)) return;
    event.preventDefault();
    part("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (shown && !event.relatedTarget && part("drop")) part("drop").hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!dropping(event)) return;
    event.preventDefault();
    part("drop").hidden = true;
    const items = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
    const isFolder = ([entry]) => Boolean(entry?.isDirectory);
    const files = items.filter((item) => !isFolder(item)).map(([, file]) => file).filter(Boolean);
    add(files, items.filter(isFolder).map(([entry]) => entry.name));
  });
  document.addEventListener("visibilitychange", () => { if (shown && !document.hidden) state(); });

  document.addEventListener("DOMContentLoaded", () => {
    view().addEventListener("mutgo:shown", () => {
      shown = true;
      state();
    });
    view().addEventListener("mutgo:hidden", () => { shown = false; });
  });
})();
