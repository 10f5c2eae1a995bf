/* The source panel while it is read: it stays at its place as pictures come in, a picture that can't be
 * shown gives its name, and a link to the place can be copied.
 */
"use strict";

(() => {
  const { toClipboard } = window.mutgo;
  const SAID_MS = 2000;

  /* ---- pictures ---------------------------------------------------------------------------- */

  let holding = new AbortController();

  /** Brings the panel to a place, and back to it whenever a picture has come in, until the reader moves. */
  function holdPlace(side, place) {
    holding.abort();
    holding = new AbortController();
    const { signal } = holding;
    const again = ({ target }) => target.matches("img.picture") && place();
    for (const came of ["load", "error"]) side.addEventListener(came, again, { capture: true, signal });
    for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      side.addEventListener(moved, () => holding.abort(), { passive: true, signal });
    }
    place();
  }

  document.addEventListener("error", ({ target }) => {
    if (!target.matches?.("img.picture")) return;
    const name = document.createElement("span");
    name.className = "image";
    name.textContent = target.alt;
    target.replaceWith(name);
  }, true);

  /* ---- a link to the place ----------------------------------------------------------------- */

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest(".source-copy");
    if (!button) return;
    const { link, label, copied, failed } = button.dataset;
    const said = (await toClipboard(link)) ? copied : failed;
    button.focus();
    button.textContent = said;
    button.nextElementSibling.textContent = said;
    setTimeout(() => {
      button.textContent = label;
      button.nextElementSibling.textContent = "";
    }, SAID_MS);
  });

  Object.assign(window.mutgo, { holdPlace });
})();
