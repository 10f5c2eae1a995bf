/* How a question goes off: Enter that waits for 한글, one question at a time, and none that is lost.
 *
 * Asking itself belongs to Gradio (see page.py): a question is in its box when its button is clicked. While
 * Gradio is still setting up the page it drops clicks and may empty the box, so a question that it has not
 * sent is put into the box and clicked once more.
 */
"use strict";

window.mutgo = (() => {
  const SENDING_MS = 5000; // so long a question may be on its way before another can be sent
  const CLICK_AGAIN_MS = 1000;
  const CLICKS = 60;

  const element = (id) => document.getElementById(id);
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const questionBox = () => document.querySelector("#question textarea");
  const isAnswering = () => document.querySelector("#now .turn[data-state=streaming]") !== null;

  // While 한글 is being composed, Enter belongs to the input method: it ends the syllable. Chrome
  // says so with isComposing; Safari has already ended the composition and says it with 229.
  const isComposing = (event) => event.isComposing || event.keyCode === 229;

  let clicking = false; // for the question on its way, once more
  let onItsWay = null; // what was asked last, from its click until its turn is here

  /** Says whether a question may be asked now, and if so, that this one is on its way. */
  function claim(question = "") {
    if (onItsWay || isAnswering()) return false;
    onItsWay = { question, taken: false };
    forget(onItsWay);
    return true;
  }

  async function forget(one) {
    await later(SENDING_MS);
    if (onItsWay === one && (one.taken || !one.question)) onItsWay = null;
  }

  /** Clicks for a question until Gradio has sent it. */
  async function deliver(one) {
    for (let click = 0; click < CLICKS; click += 1) {
      await later(CLICK_AGAIN_MS);
      const typed = questionBox()?.value ?? "";
      if (onItsWay !== one || one.taken || isAnswering() || (typed && typed !== one.question)) break;
      if (!typed) write(one.question);
      await nextFrame();
      clicking = true;
      element("send")?.click();
      clicking = false;
    }
    if (onItsWay === one && !one.taken) onItsWay = null;
  }

  /** Gradio sends something: whether it is what was asked. */
  function onJoin({ detail }) {
    if (!onItsWay) return;
    try {
      onItsWay.taken ||= JSON.parse(detail).data?.[0] === onItsWay.question;
    } catch { /* not what a question is sent as */ }
    if (onItsWay.taken) forget(onItsWay);
  }

  function arrived() {
    onItsWay = null;
  }

  /** Lets one question through at a time, however often Enter or the button is pressed. */
  function onSend(event) {
    if (!event.target.closest("#send")) return;
    const question = questionBox().value;
    if (clicking) return;
    if (question.trim() && claim(question)) {
      deliver(onItsWay);
    } else {
      event.stopImmediatePropagation();
      event.preventDefault();
    }
  }

  function onQuestionKey(event) {
    if (!event.target.closest?.("#question") || (event.key !== "Enter" && event.keyCode !== 229)) return;
    if (isComposing(event)) {
      event.stopImmediatePropagation();
    } else if (!event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      event.stopImmediatePropagation();
      send();
    } else if (event.shiftKey) {
      event.stopImmediatePropagation(); // a new line, which the textarea makes itself
    }
  }

  function write(question) {
    const box = questionBox();
    box.value = question;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function send() {
    const asked = questionBox().value;
    if (!asked.trim()) return;
    while (!element("send")) await nextFrame(); // Gradio mounts the button after the box
    if (!questionBox().value) write(asked);
    element("send").click();
  }

  async function ask(question) {
    write(question);
    await nextFrame();
    send();
  }

  /** Gives the server an order: writes it into a hidden box of Gradio's and clicks the button beside it. */
  async function tell(name, order) {
    const box = document.querySelector(`#${name} :is(textarea, input)`);
    if (!box) return;
    box.value = order;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await nextFrame();
    element(`send-${name}`).click();
  }

  document.addEventListener("keydown", onQuestionKey, true);
  document.addEventListener("click", onSend, true); // before Gradio's own listener
  document.addEventListener("mutgo:join", onJoin);
  for (const trouble of ["busy", "lost"]) document.addEventListener(`mutgo:${trouble}`, arrived);

  return { arrived, ask, claim, isAnswering, isComposing, nextFrame, questionBox, send, tell };
})();
