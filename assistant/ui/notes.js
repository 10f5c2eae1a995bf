/* The view of the notes: their tree, what was found, and what can be done; files dropped on it are added.
 *
 * The server sends safe HTML (notes_view.py); this file puts it in its place and carries out clicks.
 */
"use strict";

(() => {
  const BUSY_MS = 400;
  const IDLE_MS = 2000;
  const HEADERS = { "X-Mutgo": "1" };
  const view = () => document.getElementById("view-notes");
  const part = (name) => document.getElementById(`notes-${name}`);

  let seen = "";
  let shown = false;
  let timer = 0;
  let tag = "";

  async function state() {
    clearTimeout(timer);
    let wait = IDLE_MS;
    try {
      const answer = await fetch(`mutgo/notes/state?seen=${encodeURIComponent(seen)}`);
      if (answer.ok) wait = fill(await answer.json()) ? BUSY_MS : IDLE_MS;
    } catch { /* the next look may find the server */ }
    clearTimeout(timer);
    if (shown && !document.hidden) timer = setTimeout(state, wait);
  }

  /** Puts up what the server told; returns whether something is being done. */
  function fill(told) {
    if (told.frame) view().innerHTML = told.frame;
    for (const name of ["counted", "tree", "tags", "found", "work"]) {
      const place = part(name);
      if (told[name] !== undefined && place && place.dataset.html !== told[name]) {
        place.innerHTML = place.dataset.html = told[name];
      }
    }
    for (const one of view().querySelectorAll("[data-act]")) one.disabled = told.working;
    seen = told.version;
    if (told.tree !== undefined) filter();
    return told.working;
  }

  async function act(name) {
    await fetch(`mutgo/notes/act/${name}`, { method: "POST", headers: HEADERS }).catch(() => null);
    state();
  }

  /** Shows the notes that hold what was typed and have the tag that is pressed; empty folders go. */
  function filter() {
    const words = part("filter").value.toLowerCase().normalize("NFC").split(/\s+/).filter(Boolean);
    let found = 0;
    for (const leaf of view().querySelectorAll(".leaf")) {
      const tags = leaf.dataset.tags.split(" ");
      leaf.hidden = !words.every((word) => leaf.dataset.find.includes(word)) || (tag && !tags.includes(tag));
      found += !leaf.hidden;
    }
    for (const folder of [...part("tree").querySelectorAll("details")].reverse()) {
      folder.parentElement.hidden = !folder.querySelector(".leaf:not([hidden])");
    }
    for (const one of view().querySelectorAll(".tag")) {
      one.setAttribute("aria-pressed", String(one.dataset.tag === tag));
    }
    part("none").hidden = found > 0 || !view().querySelector(".leaf");
  }

  async function add(files) {
    for (const file of files) await addOne(file);
    act("sync");
  }

  async function addOne(file, both = false) {
    const line = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = file.name;
    line.append(name, " ");
    part("added").append(line);
    const address = `mutgo/notes/add?name=${encodeURIComponent(file.name)}${both ? "&both" : ""}`;
    const told = await fetch(address, { method: "POST", headers: HEADERS, body: file })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    line.append(told?.said ?? part("added").dataset.failed);
    line.className = told?.path ? "done" : "refused";
    if (told?.path) {
      const open = document.createElement("button");
      open.type = "button";
      open.className = "where";
      open.dataset.note = told.path;
      open.dataset.line = "1";
      open.textContent = told.path;
      name.replaceWith(open);
    }
    if (!told?.both) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "act small";
    button.textContent = told.both;
    button.addEventListener("click", async () => {
      line.remove();
      await addOne(file, true);
      act("sync");
    });
    line.append(" ", button);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#view-notes [data-act]");
    const pressed = event.target.closest("#view-notes .tag");
    if (button) act(button.dataset.act);
    if (pressed) {
      tag = tag === pressed.dataset.tag ? "" : pressed.dataset.tag;
      filter();
    }
  });
  document.addEventListener("input", (event) => { if (event.target.id === "notes-filter") filter(); });
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
    add([...event.dataTransfer.files]);
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
