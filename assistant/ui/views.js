/* Which view is shown: the conversation, or what the part of the address after # names.
 *
 * A view's section stands in #desk beside the source panel. Its script hears of it by the events
 * `mutgo:shown` and `mutgo:hidden` on the section, and fills it.
 */
"use strict";

(() => {
  const root = document.documentElement;
  const sections = () => [...document.querySelectorAll("section.view")];
  const named = () => document.getElementById(`view-${location.hash.slice(1)}`)?.id.slice(5) ?? "";

  let shown = "";

  function show() {
    const name = named();
    for (const link of document.querySelectorAll("#views a")) {
      if (link.dataset.view === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (name === shown || !document.getElementById("desk")) return;
    for (const section of sections()) {
      const before = !section.hidden;
      section.hidden = section.id !== `view-${name}`;
      if (before && section.hidden) section.dispatchEvent(new Event("mutgo:hidden"));
    }
    shown = name;
    if (name) root.dataset.view = name;
    else delete root.dataset.view;
    if (name) document.getElementById(`view-${name}`).dispatchEvent(new Event("mutgo:shown"));
    else document.querySelector("#question textarea")?.focus({ preventScroll: true });
  }

  /** Goes to a view; the conversation has the empty name. */
  function go(name) {
    const address = new URL(location.href);
    address.hash = name;
    if (!name) address.href = address.href.replace(/#$/, "");
    if (address.href !== location.href) history.pushState(null, "", address);
    show();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#views a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.dataset.view);
  });
  document.addEventListener("mutgo:opened", () => go("")); // a conversation is opened: it is to be seen
  window.addEventListener("hashchange", show);
  window.addEventListener("popstate", show);

  // Gradio mounts the desk some time after this script has run; the sections go into it then.
  new MutationObserver((_, observer) => {
    const desk = document.getElementById("desk");
    const talk = document.getElementById("talk");
    if (!desk || !talk) return;
    observer.disconnect();
    for (const section of sections()) talk.before(section);
    show();
  }).observe(document, { childList: true, subtree: true });

  window.mutgo.go = go;
})();
