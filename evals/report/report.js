/* The report's few moving parts: language, theme, the threshold, the list of cases.
 *
 * It runs in the head, so that the page is painted in its language and theme at once; all texts are
 * in the page already. Without it everything is readable, in Korean.
 */
"use strict";

(() => {
  const root = document.documentElement;

  const kept = (name) => {
    try {
      return localStorage.getItem(`mutgo-evals-${name}`);
    } catch {
      return null; // a file may be denied its storage
    }
  };
  const keep = (name, value) => {
    try {
      localStorage.setItem(`mutgo-evals-${name}`, value);
    } catch {
      /* then it is not kept */
    }
  };

  const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark());
  const byId = (id) => document.getElementById(id);

  root.classList.add("scripted");
  root.lang = kept("language") ?? (navigator.language.startsWith("ko") ? "ko" : "en");
  if (kept("theme")) root.dataset.theme = kept("theme");

  /* ---- language and theme ------------------------------------------------------------------- */

  function say() {
    for (const element of document.querySelectorAll("[data-into]")) {
      const text = element.dataset[root.lang];
      if (element.dataset.into.startsWith("data-")) element.textContent = text;
      else element.setAttribute(element.dataset.into, text);
    }
  }

  function switchLanguage() {
    root.lang = root.lang === "ko" ? "en" : "ko";
    keep("language", root.lang);
    say();
  }

  function switchTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep("theme", root.dataset.theme);
    showTheme();
  }

  const showTheme = () => byId("theme").setAttribute("aria-pressed", String(isDark()));

  /* ---- the threshold ------------------------------------------------------------------------ */

  function followThreshold() {
    const figure = byId("abstention");
    if (!figure) return;
    const numbers = (name) => figure.dataset[name].split(",").map(Number);
    const groups = { known: numbers("known"), others: numbers("others") };
    const slider = byId("threshold");
    const share = (values, threshold) => values.filter((value) => value < threshold).length / values.length;
    slider.addEventListener("input", () => {
      const threshold = Number(slider.value);
      const [x, y] = ["known", "others"].map((name) => share(groups[name], threshold));
      figure.querySelector("svg .threshold").setAttribute("d", `M${100 * x} ${100 - 100 * y}h0`);
      figure.querySelector("[data-out=threshold]").textContent = threshold.toFixed(2);
      figure.querySelector("[data-out=known]").textContent = `${(100 * x).toFixed(1)}%`;
      figure.querySelector("[data-out=others]").textContent = `${(100 * y).toFixed(1)}%`;
    });
  }

  /* ---- the list of cases -------------------------------------------------------------------- */

  function followFilters() {
    const section = byId("cases");
    if (!byId("by-text")) return;
    const cases = [...section.querySelectorAll(".case")].map((element) => ({
      element,
      slices: element.dataset.slices.split(" "),
      states: element.dataset.states.split(" "),
      text: element.textContent.normalize("NFC").toLowerCase(),
    }));
    const filters = { text: byId("by-text"), slice: byId("by-slice"), state: byId("by-state") };
    let limit = Number(section.dataset.shown);

    function show() {
      const words = filters.text.value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
      const matches = (one) =>
        (!filters.slice.value || one.slices.includes(filters.slice.value)) &&
        (!filters.state.value || one.states.includes(filters.state.value)) &&
        words.every((word) => one.text.includes(word));
      let count = 0;
      for (const one of cases) {
        const fits = matches(one);
        count += fits;
        one.element.hidden = !fits || count > limit;
      }
      byId("matching").textContent = count;
      byId("none-matches").hidden = count > 0;
      byId("show-all").hidden = count <= limit;
      byId("hidden-count").textContent = Math.max(0, count - limit);
    }

    for (const filter of Object.values(filters)) filter.addEventListener("input", show);
    section.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    byId("show-all").addEventListener("click", () => {
      const next = cases.find((one) => one.element.hidden);
      limit = Infinity;
      show();
      next?.element.querySelector("summary").focus({ preventScroll: true });
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-slice], a[data-state]");
      if (!link) return;
      filters.text.value = "";
      filters.slice.value = link.dataset.slice ?? "";
      filters.state.value = link.dataset.state ?? "";
      // A slice without a wrong case is not among the choices: nothing to filter by, and the list stays whole.
      show();
    });
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    say();
    showTheme();
    byId("language").addEventListener("click", switchLanguage);
    byId("theme").addEventListener("click", switchTheme);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
    followThreshold();
    followFilters();
  });
})();
