/* What a reader thinks of an answer: a thumb, then why, if they like; and the answer to take along, citations and all.
 *
 * The server keeps both, of the answer it knows itself (thumbs.py); nothing of an answer is sent from here.
 */
"use strict";

(() => {
  const { isComposing, tell, toClipboard } = window.mutgo;
  const SAID_MS = 2500;
  const kept = new Map(); // turn -> thumb, as the server has kept it

  /* ---- thumbs and reasons ------------------------------------------------------------------ */

  function rate({ turn, thumb }) {
    if (kept.get(turn) !== thumb) tell("thumb", `${turn} ${thumb}`);
  }

  function explain(asking, reason) {
    const said = asking.querySelector(".why-said").value.trim();
    if (reason || said) tell("thumb", `${asking.dataset.turn} why ${reason}\n${said}`);
  }

  /** Gradio redraws turns without their state; the server's thanks say what has been kept. */
  function markThumbs() {
    const thanks = document.querySelector("#rated .thanks");
    if (thanks) kept.set(thanks.dataset.turn, thanks.dataset.thumb);
    for (const one of document.querySelectorAll("#turns .thumb")) {
      one.setAttribute("aria-pressed", String(kept.get(one.dataset.turn) === one.dataset.thumb));
    }
  }

  /* ---- taking an answer along -------------------------------------------------------------- */

  async function copy(button) {
    const turn = button.closest(".turn");
    const done = await toClipboard(markdown(turn));
    const said = document.createElement("span");
    said.className = "copied";
    said.role = "status";
    said.textContent = done ? button.dataset.done : button.dataset.failed;
    button.parentElement.querySelector(".copied")?.remove();
    button.after(said);
    setTimeout(() => said.remove(), SAID_MS);
  }

  /** The answer as it is kept; of a conversation that is not kept, what can be seen of it. */
  async function markdown(turn) {
    const talk = document.querySelector("#now .talk-mark")?.dataset.conversation;
    if (talk && turn.dataset.turn) {
      const address = `mutgo/conversations/${talk}.md?turn=${turn.dataset.turn}`;
      const answer = await fetch(address).catch(() => null);
      if (answer?.ok) return answer.text();
    }
    return ["question", "answer"].map((name) => turn.querySelector(`.${name}`).innerText).join("\n\n");
  }

  /* ---- listening --------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    const reason = on(".reason");
    if (on(".thumb")) rate(on(".thumb").dataset);
    else if (reason) explain(reason.closest(".why"), reason.dataset.reason);
    else if (on(".why-close")) on(".why").hidden = true;
    else if (on(".tool.copy")) copy(on(".tool.copy"));
  });

  document.addEventListener("keydown", (event) => {
    const asking = event.target.closest?.(".why");
    if (!asking || isComposing(event)) return;
    if (event.key === "Escape") asking.hidden = true;
    if (event.key !== "Enter" || !event.target.matches(".why-said")) return;
    event.preventDefault();
    explain(asking, "");
  });

  document.addEventListener("mutgo:opened", () => kept.clear()); // nothing is known of another conversation's thumbs

  new MutationObserver(() => {
    const turns = document.getElementById("turns");
    if (!turns || turns.dataset.rated) return;
    turns.dataset.rated = "true";
    new MutationObserver(markThumbs).observe(turns, { childList: true, subtree: true });
  }).observe(document, { childList: true, subtree: true });
})();
