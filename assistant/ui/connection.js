/* What lies between Gradio's scripts and the server: every request is looked at where it leaves. Runs first.
 *
 * What the server can't take is said in words, or goes to the login. A question is told apart on its way, and
 * the number of a new event is held back until the page has read which of its streams ended (streams.py).
 */
"use strict";

(() => {
  const BUSY = 503;
  const NOT_LOGGED_IN = 401;
  const LONGEST_HOLD_MS = 5000;
  const CLOSES = '"close_stream"';
  const real = window.fetch;
  let leaving = false;
  let lost = false;
  addEventListener("pagehide", () => { leaving = true; });

  window.fetch = async (...asked) => {
    const address = String(asked[0].url ?? asked[0]);
    const joins = address.includes("/queue/join");
    if (joins) document.dispatchEvent(new CustomEvent("mutgo:join", { detail: asked[1]?.body }));
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
    } else if (answer.status === BUSY && joins) {
      document.dispatchEvent(new Event("mutgo:busy"));
    }
    if (joins) await endsAreRead(Number(answer.headers.get("X-Mutgo-Closed")));
    return address.includes("/queue/data") && answer.body ? counted(answer) : answer;
  };

  let ends = 0; // of Gradio's streams that the page has read
  let waiting = [];

  /** A stream whose end is counted once whoever reads it has had it. */
  function counted(answer) {
    const decoder = new TextDecoder();
    let tail = "";
    const watch = new TransformStream({
      transform(bytes, out) {
        out.enqueue(bytes);
        const text = tail + decoder.decode(bytes, { stream: true });
        tail = text.slice(1 - CLOSES.length);
        if (text.includes(CLOSES)) setTimeout(onEnd);
      },
    });
    return new Response(answer.body.pipeThrough(watch), answer);
  }

  function onEnd() {
    ends += 1;
    for (const look of waiting) look();
  }

  function endsAreRead(count) {
    return new Promise((resolve) => {
      const look = () => {
        if (ends < count) return;
        waiting = waiting.filter((other) => other !== look);
        resolve();
      };
      waiting.push(look);
      look();
      setTimeout(() => { // an end that was lost on its way is waited for once only
        ends = Math.max(ends, count);
        look();
      }, LONGEST_HOLD_MS);
    });
  }

  document.addEventListener("click", async (event) => {
    if (!event.target.closest("#logout")) return;
    await real(new URL("logout", document.baseURI), { method: "POST" });
    location.assign(new URL("./", document.baseURI));
  });
})();
