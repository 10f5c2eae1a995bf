/* The view of the map: fetches it, searches it, lights up an answer's sources, lists it for who can't see it.
 *
 * The picture is `map_canvas.js`. Titles and headings come as JSON and are only ever put in as text.
 */
"use strict";

(() => {
  const { call, language } = window.mutgo;
  const DRAWING_MS = 400;
  const WATCHING_MS = 2500; // an edit shows this soon after it is answered from
  const FAILED_MS = 10000;
  const GROUPS = 8; // that have a colour and a shape of their own
  const LISTED = 60; // notes of a group that are listed at once

  let view = null; // the body is not there yet when this runs
  const part = (selector) => view.querySelector(selector);

  let texts = null;
  let picture = null;
  let map = null; // as it came: notes, points in columns
  let points = [];
  let groups = []; // {name, count, number}
  let by = ""; // "folder" or "tag"
  let chosen = null;
  let watching = 0;
  let lighting = 0;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const count = (number) => number.toLocaleString(language);

  function made(tag, text, properties = {}) {
    const one = document.createElement(tag);
    one.textContent = text;
    Object.assign(one.dataset, properties);
    return one;
  }

  /* ---- fetching ----------------------------------------------------------------------------- */

  async function open() {
    if (!texts) {
      const html = await call("map_page", [language]);
      if (html === null) return setTimeout(() => view.hidden || open(), FAILED_MS);
      if (!texts) prepare(html);
    }
    light();
    watch();
  }

  function prepare(html) {
    view.innerHTML = html;
    texts = JSON.parse(part(".map").dataset.texts);
    picture = window.mutgo.mapCanvas(part("canvas"), {
      moved: () => showCard(-1),
      focused: showCard,
      opened: openPoint,
      questionLabel: () => texts.question,
    });
    part(".map-search").addEventListener("input", search);
    part(".map-search").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || window.mutgo.isComposing(event)) return;
      const found = matches();
      if (found?.size) {
        picture.fitTo(found);
        part("canvas").focus();
      }
    });
    part(".map-colours").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) colour(button.dataset.colour);
    });
    part(".map-zoom").addEventListener("click", (event) => {
      const how = event.target.closest("button")?.dataset.zoom;
      if (how === "fit") picture.fit();
      else if (how) picture.zoom(how === "in" ? 1.5 : 1 / 1.5);
    });
    part(".map-legend").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) choose(Number(button.dataset.group));
    });
    part(".map-back").addEventListener("click", () => window.mutgo.go(""));
    part(".map-list").addEventListener("toggle", list);
    part(".map-list").addEventListener("click", (event) => {
      const button = event.target.closest("button.map-more");
      if (button) button.replaceWith(...itemsOf(Number(button.dataset.group), Number(button.dataset.from)));
    });
  }

  async function watch(again = false) {
    clearTimeout(watching);
    if (view.hidden) return;
    const found = await call("map_points", [map?.version ?? "", again]);
    if (found) took(found);
    const wait = !found || found.state === "failed" ? FAILED_MS : found.state === "drawing" ? DRAWING_MS : WATCHING_MS;
    clearTimeout(watching);
    if (!view.hidden) watching = setTimeout(watch, wait);
  }

  function took(found) {
    if (found.map) {
      map = found.map;
      points = map.points.x.map((x, i) => ({
        x, y: map.points.y[i], index: i, line: map.points.line[i], start: map.points.start[i],
        note: map.points.note[i], path: map.notes[map.points.note[i]][0], title: map.notes[map.points.note[i]][1],
        heading: map.points.heading[i], group: GROUPS, key: `${map.points.note[i]} ${map.points.section[i]}`,
      }));
      colour(by || (sizes(2).size > 1 ? "folder" : "tag"));
      part(".map-colours").hidden = sizes(2).size < 2 || sizes(3).size < 2;
      search();
      light();
    }
    say(found);
  }

  function say({ state, done, total }) {
    const percent = total ? Math.round((100 * done) / total) : 0;
    const empty = state === "ready" && !points.length;
    part(".map").dataset.state = empty ? "empty" : state;
    part(".map-empty").hidden = !empty;
    part(".map-empty").textContent = empty ? texts.empty : "";
    const wait = part(".map-wait");
    wait.hidden = state !== "drawing";
    wait.firstElementChild.textContent = fill(map ? texts.drawing_again : texts.drawing, { percent });
    wait.lastElementChild.value = percent;
    if (state === "failed") {
      if (part(".map-again")) return;
      const button = made("button", texts.again);
      button.type = "button";
      button.className = "map-again";
      button.addEventListener("click", () => watch(true));
      part(".map-said").replaceChildren(`${texts.failed} `, button);
    } else if (map && points.length) {
      const sizes = { notes: count(map.notes.length), points: count(points.length) };
      const said = [fill(map.unit === "note" ? texts.notes : texts.sections, sizes)];
      if (map.left_out) said.push(fill(texts.left_out, { count: count(map.left_out) }));
      if (map.notes.length === 1) said.push(texts.single);
      if (part(".map-said").textContent !== said.join(" · ")) part(".map-said").textContent = said.join(" · ");
    } else part(".map-said").textContent = "";
  }

  /* ---- colours ------------------------------------------------------------------------------ */

  const named = () => (by === "folder" ? 2 : 3);

  /** How many points each folder (2) or tag (3) has, the largest first. */
  function sizes(column) {
    const found = new Map();
    for (const point of points) {
      const name = map.notes[point.note][column];
      found.set(name, (found.get(name) ?? 0) + 1);
    }
    return new Map([...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
  }

  function colour(how) {
    by = how;
    chosen = null;
    const every = [...sizes(named())];
    const known = every.filter(([name]) => name).slice(0, GROUPS);
    groups = known.map(([name, size], number) => ({ name, size, number }));
    const rest = points.length - groups.reduce((sum, { size }) => sum + size, 0);
    const nameless = by === "folder" ? texts.root : texts.untagged;
    const only = every.length - known.length === 1 && every.some(([name]) => !name);
    if (rest) groups.push({ name: only ? nameless : texts.others, size: rest, number: GROUPS });
    const numbers = new Map(known.map(([name], number) => [name, number]));
    for (const point of points) point.group = numbers.get(map.notes[point.note][named()]) ?? GROUPS;
    for (const button of view.querySelectorAll("[data-colour]")) {
      button.setAttribute("aria-pressed", String(button.dataset.colour === by));
    }
    legend();
    picture.choose(null);
    picture.show(points);
    list();
  }

  function legend() {
    part(".map-legend").replaceChildren(...(groups.length < 2 ? [] : groups.map(({ name, size, number }) => {
      const button = made("button", "", { group: number });
      button.type = "button";
      button.setAttribute("aria-pressed", String(chosen === number));
      const mark = made("i", "", { shape: number });
      button.append(mark, made("span", name), made("small", count(size)));
      return button;
    })));
  }

  function choose(number) {
    chosen = chosen === number ? null : number;
    for (const button of view.querySelectorAll(".map-legend button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.group) === chosen));
    }
    picture.choose(chosen);
  }

  /* ---- one point ---------------------------------------------------------------------------- */

  function showCard(i, x = 0, y = 0) {
    const card = part(".map-card");
    const point = points[i];
    card.hidden = !point;
    if (!point) return;
    card.children[0].textContent = point.title;
    card.children[1].textContent = point.heading;
    card.children[2].textContent = point.path;
    Object.assign(card.dataset, { note: point.path, line: String(point.line) });
    const room = part(".map-stage");
    card.style.left = `${Math.min(Math.max(x - card.offsetWidth / 2, 8), room.clientWidth - card.offsetWidth - 8)}px`;
    const above = y - card.offsetHeight - 14;
    card.style.top = `${above > 4 ? above : y + 14}px`;
    if (part("canvas").matches(":focus")) {
      part(".map-heard").textContent = [point.title, point.heading].filter(Boolean).join(", ");
    }
  }

  /** The card is what `page.js` opens a note from, as it does from any element that names one. */
  function openPoint(i) {
    showCard(i, ...picture.place(i));
    part(".map-card").click();
  }

  /* ---- search ------------------------------------------------------------------------------- */

  const plain = (text) => text.normalize("NFC").toLowerCase();

  function matches() {
    const words = plain(part(".map-search").value).split(/\s+/).filter(Boolean);
    if (!words.length) return null;
    const all = points.map((point) => plain(`${point.title} ${point.heading} ${point.path}`));
    return new Set(all.flatMap((text, i) => (words.every((word) => text.includes(word)) ? [i] : [])));
  }

  function search() {
    const found = matches();
    picture.find(found);
    const words = part(".map-search").value.trim();
    const said = found?.size ? texts.found : texts.found_none;
    part(".map-heard").textContent = found ? fill(said, { words, count: count(found.size) }) : "";
    part(".map-search").title = part(".map-heard").textContent;
    part(".map").dataset.found = found ? String(found.size) : "";
  }

  /* ---- the conversation's sources ----------------------------------------------------------- */

  async function light() {
    if (!map) return;
    const mine = ++lighting;
    const turn = document.querySelector("#now .turn");
    const lit = new Map();
    for (const chip of turn?.querySelectorAll(".chip[data-note]:not(.more .chip)") ?? []) {
      const at = pointOf(chip.dataset);
      if (at >= 0 && !lit.has(at)) lit.set(at, chip.dataset.n);
    }
    const line = part(".map-lit");
    line.hidden = !turn;
    line.firstElementChild.textContent = lit.size ? fill(texts.lit, { count: count(lit.size) }) : texts.lit_none;
    part(".map").dataset.lit = String(lit.size);
    picture.light(lit, null);
    if (!lit.size) return;
    const asked = turn.querySelector(".taken")?.title || turn.querySelector(".question").textContent;
    const place = await call("map_question", [asked]);
    if (mine === lighting && place?.length) picture.light(lit, { x: place[0], y: place[1] });
  }

  /** The section that holds a cited place: the last of its note that begins no later. */
  function pointOf({ note, start }) {
    let best = -1;
    for (const point of points) {
      if (point.path === note && (best < 0 || point.start <= Number(start))) best = point.index;
    }
    return best;
  }

  /* ---- the list ----------------------------------------------------------------------------- */

  function list() {
    const box = part(".map-list");
    if (!box?.open || !map) return;
    const parts = groups.flatMap(({ name, number }) => {
      const items = document.createElement("ul");
      items.append(...itemsOf(number, 0));
      return groups.length > 1 ? [made("h3", name), items] : [items];
    });
    box.lastElementChild.replaceChildren(...parts);
  }

  function itemsOf(group, from) {
    const numbers = [...new Set(points.filter((point) => point.group === group).map((point) => point.note))];
    const items = numbers.slice(from, from + LISTED).map((number) => {
      const [path, title] = map.notes[number];
      const button = made("button", title, { note: path, line: "1" });
      button.type = "button";
      button.title = path;
      const item = document.createElement("li");
      item.append(button);
      return item;
    });
    if (numbers.length > from + LISTED) {
      const left = count(numbers.length - from - LISTED);
      const more = made("button", fill(texts.list_more, { count: left }), { group, from: from + LISTED });
      more.type = "button";
      more.className = "map-more";
      items.push(more);
    }
    return items;
  }

  for (const [name, act] of [["shown", open], ["hidden", () => clearTimeout(watching)]]) {
    document.addEventListener(`mutgo:${name}`, (event) => {
      if (event.target.id !== "view-map") return;
      view = event.target;
      act();
    }, true);
  }
})();
