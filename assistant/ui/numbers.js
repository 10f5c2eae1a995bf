/* The view of the numbers: the server makes all of it; here it is fetched, and a run is started and followed. */
"use strict";

(() => {
  const { call, language } = window.mutgo;
  const RUNNING_MS = 1000;
  const READING_MS = 1000;
  const RESTING_MS = 10000; // a run that another page has started shows this soon

  let view = null; // the body is not there yet when this runs
  let waiting = 0;
  let request = 0;

  const busy = () => ["running", "stopping"].includes(view.querySelector(".numbers-run")?.dataset.state);

  /** Fills the view, or only the part of it that tells of a run, and comes back as soon as there is news. */
  async function look(order = "") {
    clearTimeout(waiting);
    const mine = ++request;
    const whole = !order && !busy();
    const html = whole ? await call("numbers", [language]) : await call("numbers_run", [order, language]);
    if (mine !== request || view.hidden) return;
    if (html !== null) whole ? refill(view, html) : followed(html);
    const reading = view.querySelector(".numbers")?.dataset.state === "reading";
    waiting = setTimeout(look, busy() ? RUNNING_MS : reading ? READING_MS : RESTING_MS);
  }

  function followed(html) {
    const was = busy();
    const box = view.querySelector(".numbers-run");
    if (!box) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    box.dataset.state = fresh.content.firstElementChild.dataset.state;
    refill(box, fresh.content.firstElementChild.innerHTML);
    if (was && !busy()) setTimeout(look); // its results are to be read
  }

  /** Changes what is in an element, if it is another, and leaves the reader where they are. */
  function refill(element, html) {
    if (element.dataset.html === html) return;
    element.dataset.html = html;
    const held = document.activeElement?.dataset?.run;
    const inside = element.contains(document.activeElement);
    const opened = element.querySelector("details")?.open;
    const at = view.scrollTop;
    element.innerHTML = html;
    if (opened) element.querySelector("details")?.setAttribute("open", "");
    view.scrollTop = at;
    if (inside && held) (element.querySelector(`[data-run="${held}"]`) ?? element.querySelector("[data-run]"))?.focus();
  }

  document.addEventListener("click", (event) => {
    if (!view?.contains(event.target)) return;
    const run = event.target.closest("[data-run]");
    if (run) {
      run.disabled = true;
      look(run.dataset.run);
    }
    if (event.target.closest("button.ask")) window.mutgo.go(""); // `page.js` asks it
  });

  for (const [name, act] of [["shown", () => look()], ["hidden", () => clearTimeout(waiting)]]) {
    document.addEventListener(`mutgo:${name}`, (event) => {
      if (event.target.id !== "view-numbers") return;
      view = event.target;
      act();
    }, true);
  }
})();
