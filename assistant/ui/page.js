/* What happens in the browser with an answer: citations that open their note, what to ask next.
 *
 * The conversation belongs to Gradio (see page.py). This file never writes into it; it listens for
 * clicks and keys on the whole document and fills the source panel, an element of its own.
 */
"use strict";

(() => {
  const { arrived, ask, holdPlace, isComposing, questionBox } = window.mutgo;
  const PHONE = window.matchMedia("(max-width: 860px)");
  const PEEK_DELAY_MS = 140;
  const STATUS_EVERY_MS = 1000; // an edit shows within two seconds, the sync included
  const STATUS_RETRY_MS = 5000;
  const MARK_AT = 0.4; // of the panel's height: just above the middle, where eyes rest
  const language = document.documentElement.lang;

  // The server has chosen the language of the page; Gradio's own texts follow the same choice.
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });

  const element = (id) => document.getElementById(id);
  /* ---- reading an answer ------------------------------------------------------------------- */

  let shownTurn = "";
  let seenTurn = "";

  function onTurnChanged() {
    const turn = document.querySelector("#now .turn");
    if (!turn) return;
    const state = turn.dataset.state;
    element("turns").setAttribute("aria-busy", String(state === "streaming")); // read when it is whole
    const name = `${element("past").querySelectorAll(".turn").length}:${turn.firstElementChild.textContent}`;
    if (name !== seenTurn) {
      seenTurn = name;
      arrived();
    }
    if (name !== shownTurn) {
      shownTurn = name;
      scrollWithin(element("turns"), turn, 0);
    }
    if (state === "done" && turn !== onTurnChanged.opened) {
      onTurnChanged.opened = turn;
      const first = turn.querySelector(".chip:not(.more .chip)"); // what is folded away stays so
      if (first && !PHONE.matches) openSource(first);
      suggest(turn);
    }
    if (opener && !opener.isConnected) markOpener(opener.dataset);
  }

  /** Puts questions to go on with below an answer; what they are is found out when it is whole. */
  async function suggest(turn) {
    const room = turn.querySelector(".onward");
    if (!room || room.childElementCount) return;
    const chips = [...turn.querySelectorAll(".chip:not(.more .chip)")];
    const places = chips.map(({ dataset }) => [dataset.note, Number(dataset.start)]);
    const asked = turn.querySelector(".taken")?.title || turn.querySelector(".question").textContent;
    const answer = turn.querySelector(".answer");
    const found = await call("suggestions", [asked, answer.innerText, places, answer.lang === "en" ? "en" : "ko"]);
    if (!found?.length || !room.isConnected) return;
    const title = document.createElement("h3");
    title.textContent = room.dataset.title;
    const list = document.createElement("ul");
    for (const question of found) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ask";
      button.textContent = question;
      list.appendChild(document.createElement("li")).append(button);
    }
    room.replaceChildren(title, list);
    room.hidden = false;
  }

  /** Scrolls at once: a mark may be thousands of lines away, and its drawing shows where it is. */
  function scrollWithin(scroller, target, share) {
    const outer = scroller.getBoundingClientRect();
    const inner = target.getBoundingClientRect();
    const room = Math.max((outer.height - inner.height) * share, 0);
    scroller.scrollTop += inner.top - outer.top - room;
  }

  /* ---- the source panel -------------------------------------------------------------------- */

  let opener = null; // the chip or button whose note is shown
  let request = 0;

  function panel() {
    let shown = element("panel");
    if (!shown) {
      shown = document.createElement("section");
      shown.id = "panel";
      element("side").append(shown);
    }
    return shown;
  }

  async function openSource(from) {
    const mine = ++request;
    opener = from;
    markOpener(from.dataset);
    hidePeek();
    const html = await fetchSource(from.dataset);
    if (mine === request) showSource(html, from.dataset.n);
  }

  /** Shows what has become of the note in the panel, where the reader is: changed, or gone. */
  async function refreshSource() {
    const from = opener;
    const mine = request;
    if (!from || element("side").dataset.state !== "open") return;
    const html = await fetchSource(from.dataset);
    if (html === null || mine !== request) return;
    const side = element("side");
    const at = side.scrollTop;
    fillPanel(html, from.dataset.n);
    holdPlace(side, () => { side.scrollTop = at; });
  }

  const fetchSource = ({ note, start, end, quote, line, heading }) => call("source", [
    note, Number(start || 0), Number(end || 0), quote || "", Number(line || 0), heading || "", language,
  ]);

  function fillPanel(html, number) {
    const shown = panel();
    shown.innerHTML = html ?? "";
    const title = shown.querySelector(".source-title");
    if (title && number) title.dataset.n = number;
    return title;
  }

  async function call(endpoint, data) {
    try {
      const answer = await fetch(new URL(`gradio_api/run/${endpoint}`, document.baseURI), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ data }),
      });
      return answer.ok ? (await answer.json()).data[0] : null;
    } catch {
      return null;
    }
  }

  function showSource(html, number) {
    const side = element("side");
    side.dataset.state = html === null ? "failed" : "open";
    const title = fillPanel(html, number);
    const moving = PHONE.matches && !document.body.classList.contains("source-open");
    document.body.classList.add("source-open");
    const target = panel().querySelector("mark.cite");
    side.scrollTop = 0;
    holdPlace(side, () => target && scrollWithin(side, target, MARK_AT));
    if (moving) (title ?? side.querySelector(".source-close")).focus({ preventScroll: true });
  }

  function closeSource() {
    if (!document.body.classList.contains("source-open")) return;
    document.body.classList.remove("source-open");
    if (PHONE.matches && opener && opener.isConnected) opener.focus({ preventScroll: true });
  }

  function markOpener({ note, start, line }) {
    for (const one of document.querySelectorAll("#turns [data-note]")) {
      const same = one.dataset.note === note && one.dataset.start === start && one.dataset.line === line;
      if (same) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  }

  /* ---- following the notes ----------------------------------------------------------------- */

  let seenVersion = "";

  async function followStatus() {
    let wait = STATUS_EVERY_MS;
    const scope = document.querySelector("#scope input");
    if (scope) scope.placeholder = scope.getAttribute("aria-label") ?? ""; // Gradio has no way to set it
    const line = document.querySelector("#status .status");
    if (line && !document.hidden) {
      const found = await call("status", [seenVersion]);
      if (found === null) wait = STATUS_RETRY_MS;
      else if (found.html && seenVersion) {
        refill(line, found.html);
        refreshSource();
      }
      seenVersion = found?.version ?? seenVersion;
    }
    setTimeout(followStatus, wait);
  }
  followStatus();

  /** Changes what is in an element of Gradio's, and leaves the element itself to Gradio. */
  function refill(line, html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    line.replaceChildren(...fresh.content.firstElementChild.childNodes);
  }

  /* ---- a peek at the quote ----------------------------------------------------------------- */

  let peeking = 0;

  function peek(chip) {
    clearTimeout(peeking);
    peeking = setTimeout(() => showPeek(chip), PEEK_DELAY_MS);
  }

  function showPeek(chip) {
    if (!chip.isConnected) return;
    const box = element("peek") ?? document.body.appendChild(document.createElement("div"));
    box.id = "peek";
    box.role = "tooltip";
    box.replaceChildren(
      part("b", chip.dataset.title), part("span", chip.dataset.where), part("q", chip.dataset.quote),
    );
    box.classList.add("shown");
    chip.setAttribute("aria-describedby", "peek");
    placePeek(box, chip.getBoundingClientRect());
  }

  function placePeek(box, at) {
    const left = Math.min(Math.max(at.left - 24, 12), window.innerWidth - box.offsetWidth - 12);
    const above = at.top - box.offsetHeight - 8;
    box.style.left = `${left}px`;
    box.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  }

  function hidePeek() {
    clearTimeout(peeking);
    element("peek")?.classList.remove("shown");
  }

  function part(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  /* ---- listening --------------------------------------------------------------------------- */

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("a.wikilink")) openSource(event.target);
    if (event.key === "Escape" && !isComposing(event)) {
      hidePeek();
      closeSource();
    }
  }, true);

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const place = on("[data-note]");
    const example = on("button.ask");
    const choice = on("#ui-language");
    if (place) openSource(place);
    else if (example) askExample(example.textContent);
    else if (on(".source-close")) closeSource();
    else if (choice) chooseLanguage(choice.dataset.language);
    else if (PHONE.matches && !on("#side")) closeSource();
  });

  async function askExample(question) {
    await ask(question);
    if (!PHONE.matches) questionBox().focus();
  }

  /** Another language takes a new page, which finds the conversation by its address. */
  function chooseLanguage(chosen) {
    document.cookie = `mutgo_ui=${chosen}; path=/; max-age=31536000; samesite=strict`;
    location.reload();
  }

  /** Another conversation is shown: its source is another. */
  document.addEventListener("mutgo:opened", () => {
    shownTurn = seenTurn = "";
    closeSource();
  });

  Object.assign(window.mutgo, { call, language });

  const overChip = (show) => (event) => {
    const chip = event.target.closest?.(".chip");
    if (!chip) return;
    if (show) peek(chip);
    else hidePeek();
  };
  if (window.matchMedia("(hover: hover)").matches) {
    document.addEventListener("mouseover", overChip(true));
    document.addEventListener("mouseout", overChip(false));
  }
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".chip:focus-visible")) peek(event.target);
  });
  document.addEventListener("focusout", overChip(false));
  document.addEventListener("scroll", (event) => {
    if (event.target === element("turns")) hidePeek(); // the chip has moved from under it
  }, true);

  // Gradio mounts the page some time after this script has run, and redraws a turn as it grows.
  new MutationObserver(() => {
    const turns = element("turns");
    if (!turns || turns.dataset.watched) return;
    turns.dataset.watched = "true";
    turns.setAttribute("role", "log");
    element("side").setAttribute("role", "complementary");
    new MutationObserver(onTurnChanged).observe(element("turns"), { childList: true, subtree: true });
  }).observe(document, { childList: true, subtree: true });
})();
