/* The picture of the map: points, labels, zoom and pan, on a canvas. It knows nothing of the page around it.
 *
 *   screen = (place - centre) * scale + half of the canvas
 */
"use strict";

window.mutgo.mapCanvas = (canvas, told) => {
  const SIZE = 4; // of a point, in CSS pixels from its middle
  const REACH = { mouse: 12, touch: 24 }; // so far from a point it is still meant
  const LABELS = 70;
  const CORNERS = { // of the groups that are no circles
    1: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    2: [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]],
    3: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
    4: [[0, 1.25], [1.15, -0.85], [-1.15, -0.85]],
    5: [
      [-0.45, -1.3], [0.45, -1.3], [0.45, -0.45], [1.3, -0.45], [1.3, 0.45], [0.45, 0.45],
      [0.45, 1.3], [-0.45, 1.3], [-0.45, 0.45], [-1.3, 0.45], [-1.3, -0.45], [-0.45, -0.45],
    ],
    6: [[-1.3, -0.6], [1.3, -0.6], [1.3, 0.6], [-1.3, 0.6]],
    7: [[-0.6, -1.3], [0.6, -1.3], [0.6, 1.3], [-0.6, 1.3]],
  };
  const context = canvas.getContext("2d");

  let points = []; // {x, y, note, title, heading, group}
  let notes = []; // {x, y, title, weight}: where a note's label stands
  let found = null; // the points that are searched for, as a Set; null shows all alike
  let lit = new Map(); // point -> number of the citation
  let question = null;
  let chosenGroup = null;
  let focus = -1;
  let view = { x: 0, y: 0, scale: 1 };
  let fitted = { x: 0, y: 0, scale: 1 };
  let drawing = 0;
  let whole = true; // nobody has zoomed or moved it: all is to be seen, whatever becomes of the room

  const width = () => canvas.clientWidth;
  const height = () => canvas.clientHeight;
  const across = (point) => (point.x - view.x) * view.scale + width() / 2;
  const down = (point) => (point.y - view.y) * view.scale + height() / 2;
  const within = (x, y, margin = 0) => x > -margin && y > -margin && x < width() + margin && y < height() + margin;

  /* ---- what is shown ------------------------------------------------------------------------ */

  function show(fresh) {
    const first = !points.length;
    const held = points[focus];
    points = fresh;
    focus = held ? points.findIndex((one) => one.key === held.key) : -1;
    notes = labelled(points);
    measure();
    if (first || whole) fit();
    redraw();
  }

  function labelled(all) {
    const by = new Map();
    for (const point of all) {
      if (!by.has(point.note)) by.set(point.note, []);
      by.get(point.note).push(point);
    }
    const found = [...by.values()].map((own) => ({ ...middleOf(own), title: own[0].title, weight: own.length, own }));
    return found.sort((a, b) => b.weight - a.weight);
  }

  /** The point of some with the least way to all the others: a label never stands where its note is not. */
  function middleOf(own) {
    const x = median(own.map((one) => one.x));
    const y = median(own.map((one) => one.y));
    const far = (one) => (one.x - x) ** 2 + (one.y - y) ** 2;
    const best = own.reduce((a, b) => (far(b) < far(a) ? b : a));
    return { x: best.x, y: best.y };
  }

  function median(values) {
    return values.sort((a, b) => a - b)[values.length >> 1];
  }

  function measure() {
    const all = question ? [...points, question] : points;
    const ends = (pick) => [Math.min(...all.map(pick)), Math.max(...all.map(pick))];
    if (!all.length || !width()) return;
    const [left, right] = ends((one) => one.x);
    const [top, bottom] = ends((one) => one.y);
    const room = { x: Math.max(width() - 72, 80), y: Math.max(height() - 72, 80) };
    const scale = Math.min(room.x / Math.max(right - left, 0.5), room.y / Math.max(bottom - top, 0.5));
    fitted = { x: (left + right) / 2, y: (top + bottom) / 2, scale };
  }

  function fit() {
    whole = true;
    view = { ...fitted };
    changed();
  }

  function fitTo(some) {
    const own = points.filter((_, i) => some.has(i));
    if (!own.length) return;
    whole = false;
    const x = own.map((one) => one.x);
    const y = own.map((one) => one.y);
    const wide = Math.max(Math.max(...x) - Math.min(...x), 0.4);
    const high = Math.max(Math.max(...y) - Math.min(...y), 0.4);
    const scale = Math.min((width() - 120) / wide, (height() - 120) / high, fitted.scale * 6);
    view = { x: (Math.max(...x) + Math.min(...x)) / 2, y: (Math.max(...y) + Math.min(...y)) / 2, scale: Math.max(scale, fitted.scale) };
    changed();
  }

  /* ---- drawing ------------------------------------------------------------------------------ */

  function redraw() {
    if (!drawing) drawing = requestAnimationFrame(() => { drawing = 0; draw(); });
  }

  function changed() {
    told.moved();
    redraw();
  }

  function draw() {
    const ratio = window.devicePixelRatio || 1;
    if (!width()) return;
    if (canvas.width !== Math.round(width() * ratio) || canvas.height !== Math.round(height() * ratio)) {
      canvas.width = Math.round(width() * ratio);
      canvas.height = Math.round(height() * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width(), height());
    const style = getComputedStyle(canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    const size = SIZE * Math.min(1.8, Math.max(0.55, Math.sqrt(view.scale / fitted.scale) * (points.length > 3000 ? 0.6 : points.length < 60 ? 1.4 : 1)));
    const inks = Array.from({ length: 9 }, (_, group) => colour(`--map-${group}`));
    drawLit(colour, size);
    drawPoints(inks, size);
    drawQuestion(colour);
    drawLabels(colour, style.fontFamily, size);
    if (points[focus]) ring(points[focus], size + 6, colour("--accent"), 2.5);
  }

  const dimmed = (i) => (found && !found.has(i)) || (chosenGroup !== null && points[i].group !== chosenGroup);

  /** All points of one colour are one path: ten thousand paths would take a tenth of a second. */
  function drawPoints(inks, size) {
    const paths = new Map();
    points.forEach((point, i) => {
      const [x, y] = [across(point), down(point)];
      if (!within(x, y, 20)) return;
      const faint = dimmed(i) && !lit.has(i);
      const name = `${faint ? 0 : 1} ${point.group}`;
      if (!paths.has(name)) paths.set(name, { path: new Path2D(), faint, group: point.group });
      shape(paths.get(name).path, point.group, x, y, found?.has(i) ? size * 1.35 : size);
    });
    for (const { path, faint, group } of [...paths.values()].sort((a, b) => b.faint - a.faint)) {
      context.globalAlpha = faint ? 0.16 : 0.88;
      context.fillStyle = inks[group];
      context.fill(path);
    }
    context.globalAlpha = 1;
  }

  /** Colours that some eyes can't tell apart have shapes of their own. */
  function shape(path, group, x, y, size) {
    const corners = CORNERS[group];
    const radius = group === 8 ? size * 0.75 : size;
    path.moveTo(x + (corners ? corners[0][0] * size : radius), y + (corners ? corners[0][1] * size : 0));
    if (corners) for (const [a, b] of corners.slice(1)) path.lineTo(x + a * size, y + b * size);
    else path.arc(x, y, radius, 0, 2 * Math.PI);
    path.closePath();
  }

  function drawLit(colour, size) {
    for (const i of lit.keys()) {
      const [x, y] = [across(points[i]), down(points[i])];
      context.beginPath();
      context.arc(x, y, size + 8, 0, 7);
      context.fillStyle = colour("--marker");
      context.fill();
      ring(points[i], size + 8, colour("--ink"), 1.25);
    }
  }

  function ring(point, radius, ink, thick) {
    context.beginPath();
    context.arc(across(point), down(point), radius, 0, 7);
    context.lineWidth = thick;
    context.strokeStyle = ink;
    context.stroke();
  }

  function drawQuestion(colour) {
    if (!question) return;
    const [x, y] = [across(question), down(question)];
    context.lineWidth = 2.5;
    context.strokeStyle = colour("--accent");
    context.beginPath();
    for (const [a, b] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
      context.moveTo(x + a * 4, y + b * 4);
      context.lineTo(x + a * 11, y + b * 11);
    }
    context.stroke();
  }

  /* ---- labels ------------------------------------------------------------------------------- */

  function drawLabels(colour, family, size) {
    const taken = [];
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const put = (text, x, y, strong, ink) => {
      context.font = `${strong ? 600 : 400} ${strong ? 12.5 : 11.5}px ${family}`;
      const shown = text.length > 26 ? `${text.slice(0, 25)}…` : text;
      const wide = context.measureText(shown).width;
      for (const [left, top] of [[x + size + 5, y], [x - size - 5 - wide, y], [x - wide / 2, y - size - 11], [x - wide / 2, y + size + 11]]) {
        const box = [left - 3, top - 9, left + wide + 3, top + 9];
        if (box[0] < 2 || box[2] > width() - 2 || box[1] < 2 || box[3] > height() - 2) continue;
        if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) continue;
        taken.push(box);
        context.lineWidth = 4;
        context.strokeStyle = colour("--sheet");
        context.strokeText(shown, left, top);
        context.fillStyle = ink;
        context.fillText(shown, left, top);
        return true;
      }
      return false;
    };
    const labelOf = (i) => points[i].heading.split(" › ").at(-1) || points[i].title;
    if (question) put(told.questionLabel(), across(question), down(question), true, colour("--accent"));
    for (const [i, number] of lit) put(`${number} ${labelOf(i)}`, across(points[i]), down(points[i]), true, colour("--ink"));
    let count = 0;
    const seen = points.map((_, i) => i).filter((i) => within(across(points[i]), down(points[i])) && !dimmed(i));
    const close = seen.length <= 60;
    const only = found || chosenGroup !== null;
    for (const note of notes) {
      if (count >= LABELS) break;
      const at = only ? note.own.find((one) => !dimmed(one.index)) : note;
      if (!at || !within(across(at), down(at))) continue;
      if (put(note.title, across(at), down(at), true, colour("--ink"))) count += 1;
    }
    if (close) for (const i of seen) put(labelOf(i), across(points[i]), down(points[i]), false, colour("--soft"));
  }

  /* ---- finding a point ---------------------------------------------------------------------- */

  function nearest(x, y, reach) {
    let best = -1;
    let least = reach * reach;
    points.forEach((point, i) => {
      const way = (across(point) - x) ** 2 + (down(point) - y) ** 2;
      if (way <= least && !(dimmed(i) && !lit.has(i))) [best, least] = [i, way];
    });
    return best;
  }

  /** The point to go to in a direction: near, and not far off to the side. */
  function beyond(dx, dy) {
    if (focus < 0) return nearest(width() / 2, height() / 2, Infinity);
    const from = points[focus];
    let best = focus;
    let least = Infinity;
    points.forEach((point, i) => {
      if (i === focus || (dimmed(i) && !lit.has(i))) return;
      const along = (point.x - from.x) * dx + (point.y - from.y) * dy;
      const aside = Math.abs((point.x - from.x) * dy + (point.y - from.y) * dx);
      if (along <= 0 || aside > along * 2) return;
      if (along + 2 * aside < least) [best, least] = [i, along + 2 * aside];
    });
    return best;
  }

  function setFocus(i, follow) {
    focus = i;
    const point = points[i];
    if (point && follow && !within(across(point), down(point), -40)) {
      whole = false;
      [view.x, view.y] = [point.x, point.y];
    }
    told.focused(point ? i : -1, point ? across(point) : 0, point ? down(point) : 0);
    redraw();
  }

  /* ---- zoom and pan ------------------------------------------------------------------------- */

  function zoom(factor, x = width() / 2, y = height() / 2) {
    whole = false;
    const scale = Math.min(Math.max(view.scale * factor, fitted.scale * 0.5), fitted.scale * 60);
    view.x += (x - width() / 2) * (1 / view.scale - 1 / scale);
    view.y += (y - height() / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    changed();
  }

  function pan(dx, dy) {
    whole = false;
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    changed();
  }

  const fingers = new Map();
  let travelled = 0;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / 300), ...at(event));
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    if (fingers.size === 1) travelled = 0;
  });

  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const near = nearest(x, y, REACH.mouse);
      canvas.style.cursor = near >= 0 ? "pointer" : "grab";
      if (near !== focus && (near >= 0 || !canvas.matches(":focus-visible"))) setFocus(near, false);
      return;
    }
    fingers.set(event.pointerId, [x, y]);
    if (fingers.size === 1) {
      travelled += Math.abs(x - before[0]) + Math.abs(y - before[1]);
      if (travelled > 4) pan(x - before[0], y - before[1]);
    } else if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const apart = (a, b) => Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1);
      travelled = Infinity;
      zoom(apart([x, y], other) / apart(before, other), (x + other[0]) / 2, (y + other[1]) / 2);
      pan((x - before[0]) / 2, (y - before[1]) / 2);
    }
  });

  function lifted(event) {
    if (!fingers.delete(event.pointerId) || fingers.size || travelled > 4 || event.type === "pointercancel") return;
    const near = nearest(...at(event), event.pointerType === "mouse" ? REACH.mouse : REACH.touch);
    setFocus(near, false);
    if (near >= 0) told.opened(near);
  }
  canvas.addEventListener("pointerup", lifted);
  canvas.addEventListener("pointercancel", lifted);
  canvas.addEventListener("pointerleave", () => {
    if (!fingers.size && !canvas.matches(":focus-visible")) setFocus(-1, false);
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow && event.shiftKey) pan(-60 * arrow[0], -60 * arrow[1]);
    else if (arrow) setFocus(beyond(...arrow), true);
    else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-" || event.key === "_") zoom(1 / 1.4);
    else if (event.key === "0" || event.key === "Home") fit();
    else if (event.key === "Enter" || event.key === " ") {
      if (focus >= 0) told.opened(focus);
    } else if (event.key === "Escape") setFocus(-1, false);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => setFocus(-1, false));

  new ResizeObserver(() => {
    measure();
    if (whole) fit();
    redraw();
  }).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

  return {
    show, fit, fitTo, zoom, redraw,
    find(some) { found = some; redraw(); },
    light(some, place) {
      lit = some;
      question = place;
      measure();
      if (whole) fit();
      redraw();
    },
    choose(group) { chosenGroup = group; redraw(); },
    place: (i) => (points[i] ? [across(points[i]), down(points[i])] : null),
  };
};
