/* The list of conversations, the address that names the open one, and the branches of a turn.
 *
 * What is shown of a conversation is Gradio's (see asking.py); this file gives orders through hidden boxes
 * and fills the drawer, an element of its own, from the named endpoints. It builds on page.js.
 */
"use strict";

(() => {
  const { call, claim, isAnswering, isComposing, language, tell } = window.mutgo;
  const WIDE = window.matchMedia("(min-width: 1100px)"); // room for the list beside both panes
  const SEARCH_DELAY_MS = 180;
  const TOAST_MS = 8000;
  const UNDO_MS = 15000;
  const LOST_MS = 4000; // so long one that was opened may take to be here
  const OPENING_MS = 6000; // so long a page waits for the conversation of its address to appear

  const root = document.documentElement;
  const element = (id) => document.getElementById(id);
  const question = () => document.querySelector("#question textarea");
  const turnNow = () => document.querySelector("#now .turn");

  /* ---- the address ------------------------------------------------------------------------- */

  const addressed = () => new URLSearchParams(location.search).get("c") ?? "";

  function setAddress(id) {
    const address = new URL(location.href);
    if (id) address.searchParams.set("c", id);
    else address.searchParams.delete("c");
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  let opened = addressed(); // the conversation that is shown, or is about to be
  let wanted = null; // the one that was asked for last, until it is here
  if (opened) {
    root.dataset.opening = ""; // the welcome of an empty page is not for it
    setTimeout(() => { delete root.dataset.opening; }, OPENING_MS);
  }

  /** Follows what Gradio shows: a conversation that has just begun gets its address, and the list its line. */
  let seen = "";
  function onTalkChanged() {
    const turn = turnNow();
    const mark = document.querySelector("#now .talk-mark");
    const id = mark?.dataset.conversation ?? "";
    if (turn) delete root.dataset.opening;
    if (wanted !== null && id !== wanted) return;
    if (wanted !== null) {
      wanted = null;
      delete root.dataset.opening;
    }
    if (id !== opened && (id || turn)) {
      opened = id;
      setAddress(id);
    }
    const now = `${id} ${turn?.dataset.turn} ${turn?.dataset.state}`;
    if (now !== seen) {
      seen = now;
      fill();
    }
  }

  function open(id, turn = "") {
    if (id === opened && !turn && wanted === null) return;
    stopRewording();
    if (id !== opened) document.dispatchEvent(new Event("mutgo:opened"));
    opened = wanted = id;
    setAddress(id);
    markOpened();
    tell("open", turn ? `${id}/${turn}` : id);
    setTimeout(() => { if (id && wanted === id && !turnNow()) lost(); }, LOST_MS);
  }

  /** What was asked for is not there: another page has deleted it. */
  function lost() {
    wanted = null;
    delete root.dataset.opening;
    setAddress(opened = "");
    toast(element("drawer").dataset.gone);
    fill();
  }

  function startNew() {
    if (turnNow() || opened) open("");
    if (!WIDE.matches) close();
    question()?.focus();
  }

  /* ---- the drawer -------------------------------------------------------------------------- */

  const isOpen = () => root.dataset.drawer === "open";
  const remembered = () => { try { return localStorage.getItem("mutgo_drawer"); } catch { return null; } };
  const remember = (state) => { try { localStorage.setItem("mutgo_drawer", state); } catch { /* as it is */ } };

  // Before the first paint, so that nothing moves.
  root.dataset.drawer = WIDE.matches && remembered() !== "closed" ? "open" : "closed";

  function setDrawer(state) {
    root.dataset.drawer = state;
    const over = state === "open" && !WIDE.matches;
    for (const one of document.querySelectorAll("#bar, #desk")) one.inert = over; // what lies under it
    element("drawer-toggle").setAttribute("aria-expanded", String(state === "open"));
  }

  function show() {
    if (WIDE.matches) remember("open");
    setDrawer("open");
    fill();
    element(WIDE.matches ? "drawer-search" : "drawer-close").focus({ preventScroll: true });
  }

  function close() {
    const inside = element("drawer").contains(document.activeElement) || !WIDE.matches;
    if (WIDE.matches) remember("closed");
    setDrawer("closed");
    if (inside) element("drawer-toggle").focus({ preventScroll: true });
  }

  let asked = 0;
  let filled = "";
  let first = true;

  /** Fills the list from what is kept now; a title that is being edited is left alone. */
  async function fill() {
    const list = element("drawer-list");
    if (!list || list.querySelector(".kept-name")) return;
    const mine = ++asked;
    const search = element("drawer-search").value;
    const html = await call("conversations", [search, opened, language]);
    if (mine !== asked || html === null || list.querySelector(".kept-name")) return;
    const focused = document.activeElement?.closest?.("#drawer-list [data-id]");
    const again = focused && `[data-id="${focused.dataset.id}"] .${document.activeElement.classList[0]}`;
    if (filled !== html) list.innerHTML = filled = html;
    if (again && !list.contains(document.activeElement)) list.querySelector(again)?.focus();
    markOpened();
    if (!search) afterFirst(list);
    followOthers();
  }

  /** Says once what a reader should know: a file set aside, an address that leads nowhere. */
  function afterFirst(list) {
    if (!first) return;
    first = false;
    const notice = list.querySelector(".notice");
    if (notice) toast(notice.textContent);
    if (!opened || line(opened)) return;
    delete root.dataset.opening;
    if (!notice) lost();
  }

  const line = (id) => (id ? document.querySelector(`#drawer-list [data-id="${CSS.escape(id)}"]`) : null);

  function markOpened() {
    for (const link of document.querySelectorAll("#drawer-list .kept-open")) {
      const own = link.parentElement.dataset.id === opened;
      if (own) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** Shows what another page has asked in the conversation that is open here. */
  function followOthers() {
    const tip = line(opened)?.dataset.tip;
    const turn = turnNow();
    if (!tip || !turn?.dataset.turn || tip === turn.dataset.turn) return;
    if (wanted !== null || isAnswering() || rewording !== null) return;
    wanted = opened;
    tell("open", opened);
  }

  /* ---- what can be done to one ------------------------------------------------------------- */

  function rename(item) {
    const link = item.querySelector(".kept-open");
    const box = document.createElement("input");
    box.className = "kept-name";
    box.value = box.defaultValue = link.querySelector("span").textContent;
    box.maxLength = 120;
    box.setAttribute("aria-label", element("drawer").dataset.title);
    link.hidden = true;
    link.before(box);
    item.dataset.renaming = "";
    box.focus();
    box.select();
    let over = false;
    const end = async (keep) => {
      if (over) return;
      over = true;
      const title = box.value.trim();
      const changed = keep && title !== box.defaultValue;
      if (changed && title) link.querySelector("span").textContent = title;
      link.hidden = false;
      const focus = document.activeElement === box;
      box.remove();
      delete item.dataset.renaming;
      if (focus) item.querySelector(".kept-rename").focus();
      if (!changed) return;
      if (!(await call("rename_conversation", [item.dataset.id, title]))) fail();
      filled = ""; // the list is not as it came
      fill();
    };
    box.addEventListener("keydown", (event) => {
      if (isComposing(event)) return;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or Enter would press the button that gets the focus
      end(event.key === "Enter");
    });
    box.addEventListener("blur", () => end(true));
  }

  async function remove(item) {
    const { id } = item.dataset;
    const open_ = id === opened;
    const next = item.nextElementSibling ?? item.previousElementSibling;
    if (!(await call("delete_conversation", [id]))) return fail();
    if (open_) open("");
    (next?.querySelector(".kept-delete") ?? element("drawer-search")).focus({ preventScroll: true });
    await fill();
    toast(element("drawer").dataset.deleted, async () => {
      if (!(await call("restore_conversation", [id]))) return fail();
      await fill();
      if (open_ && !turnNow()) open(id);
      line(id)?.querySelector(".kept-open").focus({ preventScroll: true });
    });
  }

  const fail = () => toast(element("drawer").dataset.failed);
  for (const trouble of ["busy", "lost"]) { // see connection.js
    document.addEventListener(`mutgo:${trouble}`, () => {
      toast(document.querySelector(`meta[name="mutgo-${trouble}"]`).content);
    });
  }

  let fading = 0;

  function toast(text, undo = null) {
    const box = element("toast");
    box.textContent = text;
    if (undo) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = element("drawer").dataset.undo;
      button.addEventListener("click", () => {
        hideToast();
        undo();
      });
      box.append(" ", button);
    }
    box.classList.add("shown");
    clearTimeout(fading);
    fading = setTimeout(hideToast, undo ? UNDO_MS : TOAST_MS);
  }

  function hideToast() {
    clearTimeout(fading);
    element("toast").classList.remove("shown");
    element("toast").textContent = "";
  }

  /* ---- asking anew ------------------------------------------------------------------------- */

  let rewording = null; // number of the turn whose question is being edited

  const last = () => document.querySelectorAll("#past .turn").length;

  function anew(number, how) {
    stopRewording();
    if (claim()) tell("anew", `${number} ${how}`);
  }

  function fillQuestion(text) {
    const box = question();
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return box;
  }

  function startRewording(button) {
    if (isAnswering()) return;
    rewording = Number(button.dataset.number);
    const strip = element("rewording");
    element("composer").prepend(strip);
    strip.hidden = false;
    const turn = button.closest(".turn");
    for (const one of document.querySelectorAll(".turn.rewording")) one.classList.remove("rewording");
    turn.classList.add("rewording");
    const asked_ = turn.querySelector(".question");
    const box = fillQuestion(asked_.innerText);
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  }

  function stopRewording() {
    if (rewording === null) return;
    rewording = null;
    element("rewording").hidden = true;
    document.querySelector(".turn.rewording")?.classList.remove("rewording");
    fillQuestion("");
  }

  /** While a question is edited, what would be sent stands in its place. */
  window.addEventListener("click", (event) => { // before `asking.js` takes it for a question of its own
    if (rewording === null || !event.target.closest("#send")) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    const number = rewording;
    const text = question().value.trim();
    if (!text || !claim()) return;
    stopRewording();
    tell("anew", `${number} reword\n${text}`);
  }, true);

  /* ---- listening --------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const item = on("#drawer-list [data-id]");
    const tool = on(".tool, .again, .alone, .branch");
    if (on("#drawer-toggle")) isOpen() ? close() : show();
    else if (on("#drawer-close") || event.target.id === "drawer-shade") close();
    else if (on("#drawer-new")) startNew();
    else if (on("#rewording-cancel")) stopRewording();
    else if (item && on(".kept-rename")) rename(item);
    else if (item && on(".kept-delete")) remove(item);
    else if (item && on(".kept-open")) onOpen(event, item.dataset.id);
    else if (tool?.matches(".remake")) anew(tool.dataset.number, "remake");
    else if (tool?.matches(".reword")) startRewording(tool);
    else if (tool?.matches(".again")) anew(last(), "remake");
    else if (tool?.matches(".alone")) anew(last(), "alone");
    else if (tool?.dataset.branch && !isAnswering()) open(opened, tool.dataset.branch);
  });

  /** Opens a conversation here; with a key or button that means another tab, the browser does. */
  function onOpen(event, id) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(id);
    if (!WIDE.matches) close();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isComposing(event) || event.target.matches?.(".kept-name")) return;
    const search = element("drawer-search");
    if (event.target === search && search.value) {
      search.value = "";
      fill();
    } else if (rewording !== null && event.target.closest?.("#composer")) {
      stopRewording();
    } else if (isOpen() && (!WIDE.matches || element("drawer").contains(event.target))) {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  let searching = 0;
  document.addEventListener("input", (event) => {
    if (event.target.id !== "drawer-search") return;
    clearTimeout(searching);
    searching = setTimeout(fill, SEARCH_DELAY_MS);
  });

  document.addEventListener("visibilitychange", () => { if (!document.hidden) fill(); });
  window.addEventListener("focus", () => fill());
  WIDE.addEventListener("change", () => {
    setDrawer(WIDE.matches && remembered() !== "closed" ? "open" : "closed");
  });

  document.addEventListener("DOMContentLoaded", () => {
    setDrawer(root.dataset.drawer);
    fill();
  });

  new MutationObserver(() => {
    const now = element("now");
    if (!now || now.dataset.followed) return;
    now.dataset.followed = "true";
    setDrawer(root.dataset.drawer);
    new MutationObserver(onTalkChanged).observe(now, { childList: true, subtree: true });
    onTalkChanged();
  }).observe(document, { childList: true, subtree: true });
})();
