/* What the page does when the server can't take a request: it says so in words, or goes to the login.
 *
 * Gradio's own scripts ask the server, too, so every request is looked at where it leaves. Runs first.
 */
"use strict";

(() => {
  const BUSY = 503;
  const NOT_LOGGED_IN = 401;
  const real = window.fetch;
  let leaving = false;
  let lost = false;
  addEventListener("pagehide", () => { leaving = true; });

  window.fetch = async (...asked) => {
    if (String(asked[0].url ?? asked[0]).includes("/queue/join")) {
      document.dispatchEvent(new CustomEvent("mutgo:join", { detail: asked[1]?.body }));
    }
    const answer = await real(...asked).catch((error) => {
      const first = !lost && !leaving && error.name !== "AbortError";
      lost ||= first;
      if (first) document.dispatchEvent(new Event("mutgo:lost"));
      throw error;
    });
    lost = false;
    if (answer.status === NOT_LOGGED_IN && !leaving) {
      leaving = true;
      location.reload(); // the server answers with its login, and comes back to this address
    } else if (answer.status === BUSY && answer.url.includes("/queue/join")) {
      document.dispatchEvent(new Event("mutgo:busy"));
    }
    return answer;
  };

  document.addEventListener("click", async (event) => {
    if (!event.target.closest("#logout")) return;
    await real(new URL("logout", document.baseURI), { method: "POST" });
    location.assign(new URL("./", document.baseURI));
  });
})();
