"use strict";
(() => {
  const WIDE = 1000, HIGH = 400, STEP = 4, MOST = 64;

  function place(canvas, event) {
    const box = canvas.getBoundingClientRect();
    const fit = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return [fit((event.clientX - box.left) / box.width * WIDE, WIDE), fit((event.clientY - box.top) / box.height * HIGH, HIGH)];
  }

  function start(root) {
    const pad = root.querySelector(".pad"), canvas = root.querySelector("canvas"), pen = canvas.getContext("2d");
    const form = root.closest("form") || document;
    const input = form.querySelector(`input[name="${CSS.escape(root.dataset.target)}"]`);
    const kept = root.querySelector("[data-pad-stored]"), use = root.querySelector("[data-pad-use]");
    const picture = root.querySelector(".pad-stored"), state = root.querySelector("[data-pad-state]");
    let strokes = [], drawing = null;

    const say = (what) => { state.textContent = state.dataset[what]; };
    const write = () => { input.value = strokes.length ? JSON.stringify(strokes) : ""; };

    function paint() {
      const box = canvas.getBoundingClientRect(), sharp = window.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(box.width * sharp));
      canvas.height = Math.max(1, Math.round(box.height * sharp));
      pen.lineWidth = 3 * sharp;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(root).color;
      for (const stroke of strokes) {
        pen.beginPath();
        stroke.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](x / WIDE * canvas.width, y / HIGH * canvas.height));
        if (stroke.length === 1) pen.lineTo(stroke[0][0] / WIDE * canvas.width + 1, stroke[0][1] / HIGH * canvas.height);
        pen.stroke();
      }
    }

    function useStored(yes) {
      if (!use) return;
      use.setAttribute("aria-pressed", String(yes));
      kept.value = yes ? "yes" : "";
      pad.classList.toggle("is-stored", yes);
      canvas.hidden = yes && Boolean(picture);
      if (picture) picture.hidden = !yes;
    }

    function clear(words) {
      strokes = [];
      write();
      paint();
      say(words);
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || drawing || strokes.length >= MOST) return;
      event.preventDefault();
      useStored(false);
      canvas.setPointerCapture(event.pointerId);
      drawing = { id: event.pointerId, stroke: [place(canvas, event)] };
      strokes.push(drawing.stroke);
      paint();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing || drawing.id !== event.pointerId) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) {
        const [x, y] = place(canvas, each), [lastX, lastY] = drawing.stroke.at(-1);
        if (Math.hypot(x - lastX, y - lastY) >= STEP) drawing.stroke.push([x, y]);
      }
      paint();
    });
    const lift = (event) => {
      if (!drawing || drawing.id !== event.pointerId) return;
      drawing = null;
      write();
      say("drawn");
    };
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    root.querySelector("[data-pad-clear]").addEventListener("click", () => { useStored(false); clear("empty"); });
    use?.addEventListener("click", () => {
      const yes = use.getAttribute("aria-pressed") !== "true";
      useStored(yes);
      clear(yes ? "stored" : "empty");
    });
    root.querySelector("[data-pad-tools]").hidden = false;
    new ResizeObserver(paint).observe(canvas);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    try {
      strokes = JSON.parse(input.value || "[]");
    } catch {
      strokes = [];
    }
    paint();
  }

  document.querySelectorAll("[data-pad]").forEach(start);
})();
