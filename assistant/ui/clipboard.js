/* `mutgo.toClipboard(text)`: copies a text, or one that is still being fetched; says whether it could. */
"use strict";

(() => {
  async function toClipboard(text) {
    const coming = Promise.resolve(text);
    try {
      const blob = coming.then((whole) => new Blob([whole], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      return true;
    } catch { // without https, a page on another machine can only copy what is selected
      return copySelected(await coming);
    }
  }

  function copySelected(text) {
    const held = document.activeElement;
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "unseen";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    held?.focus();
    return done;
  }

  Object.assign(window.mutgo, { toClipboard });
})();
