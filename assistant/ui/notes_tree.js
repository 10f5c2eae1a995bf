/* The tree of the notes and their tags: `mutgo.notesTree(tree, tags, none)`.
 *
 * The notes come as rows (`rows_json` of notes_view.py), and every name in them is only ever put in as
 * text. A folder's notes are drawn when it is unfolded, and of many only the first, so that a vault of
 * ten thousand notes opens as quickly as one of ten.
 */
"use strict";

window.mutgo.notesTree = (tree, tags, none) => {
  const AT_ONCE = 300; // so many notes are drawn in a folder, or found, at a time
  const ALL_UNFOLDED = 300; // a vault of no more notes stands open
  const TAGS_AT_ONCE = 12;

  let rows = [];
  let words = {};
  let typed = [];
  let tag = "";
  let allTags = false;
  const folded = new Map(); // path of a folder -> whether it was folded, as the reader left it
  const fresh = new Set(); // paths of notes added here

  const keyOf = (text) => text.normalize("NFC").toLowerCase();
  const fill = (form, values) => form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const amount = (count) => count.toLocaleString();

  function make(name, className = "", text = "") {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = text;
    return made;
  }

  function button(className, text) {
    const made = make("button", className, text);
    made.type = "button";
    return made;
  }

  /** A tag and the tags it is nested in: `aws/s3` is in `aws`, too. */
  const withParents = (name) => name.split("/").map((_, at, parts) => parts.slice(0, at + 1).join("/"));

  function take(sent, said) {
    words = said;
    rows = sent.map(([path, title, names, chunks, paired]) => ({
      path, title, chunks, paired,
      tags: new Map(names.flatMap(withParents).map((name) => [keyOf(name), name])),
      text: keyOf([title, path, ...names.map((name) => `#${name}`)].join(" ")),
    }));
    if (tag && !rows.some((row) => row.tags.has(tag))) tag = "";
    draw();
  }

  function draw() {
    const focused = focus();
    const narrowed = typed.length > 0 || tag !== "";
    const found = rows.filter((row) => (!tag || row.tags.has(tag)) && typed.every((word) => row.text.includes(word)));
    const shown = narrowed ? found.slice(0, AT_ONCE) : found;
    tree.replaceChildren(branch(grown(shown), narrowed));
    drawTags();
    none.textContent = remark(found.length, shown.length);
    focused?.();
  }

  function remark(found, shown) {
    if (!rows.length) return words.none;
    if (!found) return words.not_found;
    return shown < found ? fill(words.capped, { found: amount(found), shown: amount(shown) }) : "";
  }

  /** Notes as folders in folders. */
  function grown(notes) {
    const root = { path: "", folders: new Map(), notes: [], count: 0 };
    for (const row of notes) {
      let place = root;
      place.count += 1;
      for (const name of row.path.split("/").slice(0, -1)) {
        if (!place.folders.has(name)) {
          const path = place.path ? `${place.path}/${name}` : name;
          place.folders.set(name, { path, folders: new Map(), notes: [], count: 0 });
        }
        place = place.folders.get(name);
        place.count += 1;
      }
      place.notes.push(row);
    }
    return root;
  }

  function branch(place, narrowed) {
    const list = make("ul");
    for (const [name, folder] of place.folders) list.append(folderItem(name, folder, narrowed));
    const notes = [...place.notes].sort((one, other) => fresh.has(other.path) - fresh.has(one.path));
    addLeaves(list, notes);
    return list;
  }

  function folderItem(name, folder, narrowed) {
    const item = make("li");
    const details = make("details");
    const summary = make("summary", "", `${name} `);
    details.dataset.folder = folder.path;
    summary.append(make("small", "", amount(folder.count)));
    details.append(summary);
    const unfold = () => { if (details.open && details.childElementCount === 1) details.append(branch(folder, narrowed)); };
    details.open = narrowed || !(folded.get(folder.path) ?? rows.length > ALL_UNFOLDED);
    unfold();
    details.addEventListener("toggle", () => {
      unfold();
      if (!narrowed) folded.set(folder.path, !details.open);
    });
    item.append(details);
    return item;
  }

  /** Adds notes to a list, and where there are too many, a button that adds the next ones. */
  function addLeaves(list, notes) {
    list.append(...notes.slice(0, AT_ONCE).map(leaf));
    const rest = notes.slice(AT_ONCE);
    if (!rest.length) return;
    const item = make("li");
    const more = button("act small", fill(words.more, { count: amount(rest.length) }));
    more.addEventListener("click", () => {
      const at = list.childElementCount - 1;
      item.remove();
      addLeaves(list, rest);
      list.children[at].querySelector("button").focus();
    });
    item.append(more);
    list.append(item);
  }

  function leaf(row) {
    const item = make("li", fresh.has(row.path) ? "leaf fresh" : "leaf");
    const open = button("note-open", row.title);
    Object.assign(open.dataset, { note: row.path, line: "1" });
    item.append(open);
    const file = row.path.split("/").pop();
    if (file.replace(/\.[^.]*$/, "") !== row.title) item.append(make("small", "file", file));
    if (row.paired) item.append(mark("EN", words.companion));
    if (fresh.has(row.path)) item.append(make("b", "new", words.fresh));
    if (row.chunks) item.append(mark(amount(row.chunks), fill(words.passages, { count: amount(row.chunks) }), "count"));
    const ask = button("note-ask", words.ask);
    ask.dataset.title = row.title;
    ask.setAttribute("aria-label", fill(words.ask_about, { title: row.title }));
    item.append(ask);
    return item;
  }

  /** A short mark, and what it means for those who point at it or have it read aloud. */
  function mark(text, meaning, className = "mark") {
    const made = make("i", className);
    const shown = make("span", "", text);
    shown.setAttribute("aria-hidden", "true");
    made.title = meaning;
    made.append(shown, make("span", "unseen", meaning));
    return made;
  }

  function drawTags() {
    const counts = new Map();
    for (const row of rows) {
      for (const [key, name] of row.tags) counts.set(key, { name, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const ordered = [...counts].sort(([, one], [, other]) => other.count - one.count || one.name.localeCompare(other.name));
    const shown = ordered.filter(([key], at) => allTags || at < TAGS_AT_ONCE || key === tag);
    tags.replaceChildren(...shown.map(([key, { name, count }]) => {
      const chip = button("tag", `#${name} `);
      chip.dataset.tag = key;
      chip.setAttribute("aria-pressed", String(key === tag));
      chip.append(make("small", "", amount(count)));
      return chip;
    }));
    if (shown.length < ordered.length) {
      const more = button("tag all", fill(words.more_tags, { count: amount(ordered.length - shown.length) }));
      tags.append(more);
    }
  }

  /** Remembers what has the focus; what is returned gives it back to what was drawn in its place. */
  function focus() {
    const active = document.activeElement;
    if (!tree.contains(active) && !tags.contains(active)) return null;
    const { note, tag: pressed } = active.dataset;
    const title = active.dataset.title;
    const folder = active.closest("summary") && active.parentElement.dataset.folder;
    return () => {
      const same = [...document.querySelectorAll("#notes-tree button, #notes-tree details, #notes-tags button")].find(
        ({ dataset }) => (note && dataset.note === note) || (pressed && dataset.tag === pressed)
          || (title && dataset.title === title) || (folder && dataset.folder === folder),
      );
      (same?.querySelector("summary") ?? same)?.focus({ preventScroll: true });
    };
  }

  tags.addEventListener("click", (event) => {
    const chip = event.target.closest(".tag");
    if (!chip) return;
    if (chip.matches(".all")) allTags = true;
    else tag = tag === chip.dataset.tag ? "" : chip.dataset.tag;
    draw();
  });

  return {
    take,
    /** Shows only the notes whose title, path or tags hold every word. */
    narrow(text) {
      typed = keyOf(text).split(/\s+/).filter(Boolean);
      draw();
    },
    /** Marks a note as added just now. */
    welcome: (path) => fresh.add(path),
  };
};
