// A loss surface to turn: drawn on a canvas from the back to the front, without WebGL.
//
// The page holds, for each surface, an element .scene with a still image, a canvas, controls and the numbers as JSON.
// Without scripts the still image stays.
"use strict";

(() => {
  const HEIGHT = 0.95; // of the box, in halves of a side
  const START = { turn: 32, down: 42, zoom: 1 }; // degrees, degrees, factor
  const FAST = 5000; // cells that are drawn while the surface is being turned
  const MESH = 10000; // cells up to which their outlines are drawn
  const HOVER = 0.012; // a track hovers by this share of the height

  // The color map viridis (Smith and van der Walt, 2015), by the polynomial of Zucker (2019).
  const VIRIDIS = [
    [0.277727327, 0.005407345, 0.334099805], [0.105093043, 1.40461353, 1.384590163],
    [-0.330861829, 0.214847559, 0.095095163], [-4.634230499, -5.799100973, -19.332440956],
    [6.228269936, 14.179933367, 56.690552601], [4.776384998, -13.745145378, -65.353032633],
    [-5.435455856, 4.645852612, 26.31243525],
  ];
  const colors = Array.from({ length: 256 }, (_, i) => {
    const channel = (c) => VIRIDIS.reduceRight((sum, row) => (sum * i) / 255 + row[c], 0);
    const byte = (c) => Math.round(255 * Math.min(1, Math.max(0, channel(c))));
    return `rgb(${byte(0)},${byte(1)},${byte(2)})`;
  });

  const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

  // A number in a few characters.
  const short = (x) => {
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) return x.toExponential(1).replace(".0e", "e").replace("e+", "e");
    return String(Number(x.toPrecision(4)));
  };

  // Round numbers between two others.
  const roundNumbers = (low, high, most) => {
    const power = 10 ** Math.floor(Math.log10((high - low) / most));
    const step = power * [1, 2, 5, 10].find((f) => f * power * most >= (high - low) * (1 - 1e-9));
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: clamp(last - first + 1, 0, 100) }, (_, i) => (first + i) * step);
  };

  // From numbers to heights between 0 and 1.
  const makeScale = (values, wantsLog) => {
    const finite = values.flat().filter((v) => v !== null);
    const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
    const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
    const mayBeLog = low > 0 && high > low;
    const log = wantsLog && mayBeLog;
    const place = log ? Math.log10 : (v) => v;
    const [from, to] = [place(low), place(high)];
    const share = (v) => (to > from ? clamp((place(v) - from) / (to - from), 0, 1) : 0.5);
    const powers = () => {
      const span = to - from;
      const factors = span < 2 ? [1, 2, 5] : span < 4.5 ? [1, 3] : [1];
      const every = Math.max(1, Math.ceil(span / 8));
      const numbers = [];
      for (let p = Math.floor(from); p <= to; p += every) numbers.push(...factors.map((f) => f * 10 ** p));
      return numbers.filter((v) => v >= low && v <= high);
    };
    const ticks = !(to > from) ? (finite.length ? [low] : []) : log ? powers() : roundNumbers(low, high, 6);
    return { share, ticks, log, mayBeLog };
  };

  const start = (scene) => {
    const data = JSON.parse(scene.querySelector("script").textContent);
    const canvas = scene.querySelector("canvas");
    const paint = canvas.getContext("2d");
    const readout = scene.querySelector("output");
    const logButton = scene.querySelector(".log");
    const choice = scene.querySelector("select");
    const view = { ...START };
    const axes = [data.x, data.y].map((points) => {
      const room = points.length > 1 ? 0 : 0.5;
      const [low, high] = [points[0] - room, points[points.length - 1] + room];
      return { points, low, high, at: (value) => (2 * (value - low)) / (high - low) - 1 };
    });
    let values, scale, moving = false;

    const choose = (wantsLog) => {
      const quantity = data.quantities[choice ? choice.selectedIndex : 0];
      values = quantity.values;
      scale = makeScale(values, wantsLog ?? quantity.log);
      logButton.setAttribute("aria-pressed", String(scale.log));
      logButton.disabled = !scale.mayBeLog;
      logButton.title = scale.mayBeLog ? "Logarithmic height and color (L)" : "Some values are not positive";
      draw();
    };

    // From the floor, u and v between -1 and 1, and the height to the canvas; right and back are before the tilt.
    const camera = () => {
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      const [turn, down] = [view.turn, view.down].map((degrees) => (degrees * Math.PI) / 180);
      const [sin, cos, tilt, up] = [Math.sin(turn), Math.cos(turn), Math.sin(down), Math.cos(down)];
      const size = Math.min(width / 3.5, height / 3.1) * view.zoom;
      const middle = [width / 2, height / 2 + (HEIGHT * up * size) / 2 - 6];
      const place = (u, v, w) => [
        middle[0] + size * (u * cos + v * sin),
        middle[1] - size * ((v * cos - u * sin) * tilt + w * HEIGHT * up),
      ];
      return { place, front: [sin > 0 ? 1 : -1, cos > 0 ? -1 : 1] };
    };

    // The number over a point of the floor, linear between the points of the grid; null where there is none.
    const ground = (x, y) => {
      const along = (axis, value) => {
        const p = axis.points;
        if (value < p[0] || value > p[p.length - 1]) return null;
        let cell = 0;
        while (cell < p.length - 2 && p[cell + 1] <= value) cell += 1;
        return [cell, p.length > 1 ? (value - p[cell]) / (p[cell + 1] - p[cell]) : 0];
      };
      const [a, b] = [along(axes[0], x), along(axes[1], y)];
      if (!a || !b) return null;
      const [i, j] = [b[0], a[0]];
      const corner = (di, dj) => values[Math.min(i + di, values.length - 1)][Math.min(j + dj, values[0].length - 1)];
      const corners = [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
      if (corners.includes(null)) return null;
      const [low, lowRight, high, highRight] = corners.map(scale.share);
      const mix = (from, to, share) => from + (to - from) * share;
      return { i, j, w: mix(mix(low, lowRight, a[1]), mix(high, highRight, a[1]), b[1]) };
    };

    // The track in small pieces, each with the cell that it lies in.
    const pieces = () => {
      const found = [];
      const { x, y } = data.track ?? { x: [], y: [] };
      const cell = axes.map((axis) => (axis.high - axis.low) / Math.max(1, axis.points.length - 1));
      for (let k = 1; k < x.length; k += 1) {
        const [dx, dy] = [x[k] - x[k - 1], y[k] - y[k - 1]];
        const count = clamp(Math.ceil(3 * Math.max(Math.abs(dx) / cell[0], Math.abs(dy) / cell[1])), 1, 2000);
        const point = (n) => {
          const at = [x[k - 1] + (dx * n) / count, y[k - 1] + (dy * n) / count];
          const below = ground(...at);
          return below && { ...below, u: axes[0].at(at[0]), v: axes[1].at(at[1]) };
        };
        for (let n = 0; n < count; n += 1) {
          const [from, middle, to] = [point(n), point(n + 0.5), point(n + 1)];
          if (!from || !middle || !to) continue;
          found.push({ i: middle.i, j: middle.j, ends: [from, to] });
        }
      }
      return found;
    };

    const polyline = (points, color, width, cap = "round") => {
      paint.lineCap = cap;
      paint.beginPath();
      points.forEach((p, i) => (i ? paint.lineTo(...p) : paint.moveTo(...p)));
      paint.strokeStyle = color;
      paint.lineWidth = width;
      paint.stroke();
    };

    // Text beside a point, on the side away from another.
    const textBeyond = (text, [x, y], [fromX, fromY], color, distance) => {
      const length = Math.hypot(x - fromX, y - fromY) || 1;
      const [dx, dy] = [(x - fromX) / length, (y - fromY) / length];
      paint.fillStyle = color;
      paint.textAlign = "left";
      const width = paint.measureText(text).width;
      const before = dx > 0.4 ? 0 : dx < -0.4 ? width : width / 2;
      const left = clamp(x + distance * dx - before, 4, Math.max(4, canvas.clientWidth - width - 4));
      paint.fillText(text, left, y + distance * dy);
    };

    const drawBox = ({ place, front }, ink, muted, line) => {
      const [fu, fv] = front;
      axes.forEach((axis, which) => {
        const side = which === 0 ? fv : fu;
        const on = (t, across, w) => (which === 0 ? place(t, across, w) : place(across, t, w));
        for (const tick of roundNumbers(axis.low, axis.high, 5)) {
          const t = axis.at(tick);
          polyline([on(t, side, 0), on(t, -side, 0), on(t, -side, 1)], line, 1);
          polyline([on(t, side, 0), on(t, side * 1.05, 0)], muted, 1);
          textBeyond(short(tick), on(t, side * 1.05, 0), on(t, 0, 0), muted, 8);
        }
        textBeyond(data.axes[which], on(0, side * 1.24, 0), on(0, 0, 0), ink, 14);
      });
      const [left, right] = [place(fu, -fv, 0), place(-fu, fv, 0)];
      const edge = left[0] < right[0] ? [fu, -fv] : [-fu, fv];
      let free = Infinity;
      for (const tick of scale.ticks) {
        const w = scale.share(tick);
        polyline([place(-fu, fv, w), place(-fu, -fv, w), place(fu, -fv, w)], line, 1);
        const [x, y] = place(...edge, w);
        polyline([[x - 5, y], [x, y]], muted, 1);
        if (y > free) continue;
        free = y - 14;
        textBeyond(short(tick), [x - 5, y], [x, y], muted, 4);
      }
      polyline([place(fu, -fv, 0), place(fu, fv, 0), place(-fu, fv, 0)], muted, 1);
      polyline([place(...edge, 0), place(...edge, 1)], muted, 1);
      const [x, y] = place(...edge, 1);
      const quantity = data.quantities[choice ? choice.selectedIndex : 0];
      textBeyond(quantity.name, [x, y], [x, y + 1], ink, 18);
    };

    // The outline also closes the seams between cells.
    const fillCell = (points, color, outline) => {
      paint.beginPath();
      points.forEach((p, i) => (i ? paint.lineTo(...p) : paint.moveTo(...p)));
      paint.closePath();
      paint.fillStyle = color;
      paint.fill();
      paint.strokeStyle = outline;
      paint.stroke();
    };

    const draw = () => {
      const ratio = window.devicePixelRatio || 1;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      paint.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint.font = "13px system-ui, sans-serif";
      paint.textBaseline = "middle";
      paint.lineJoin = "round";
      const style = getComputedStyle(document.documentElement);
      const [ink, muted, line] = ["--ink", "--muted", "--line"].map((name) => style.getPropertyValue(name).trim());
      const look = camera();
      drawBox(look, ink, muted, line);

      const [rows, columns] = [values.length, values[0].length];
      const all = (rows - 1) * (columns - 1);
      const step = moving ? Math.max(1, Math.ceil(Math.sqrt(all / FAST))) : 1;
      const blocks = (points) => Array.from({ length: Math.ceil((points - 1) / step) }, (_, i) => i);
      const order = (points, ascending) => (ascending ? blocks(points) : blocks(points).reverse());
      // Far cells come first: what is at the front is painted over them.
      const [is, js] = [order(rows, look.front[1] > 0), order(columns, look.front[0] > 0)];
      const us = data.x.map(axes[0].at);
      const vs = data.y.map(axes[1].at);
      const corners = (bi, bj) => {
        const [i, j] = [bi * step, bj * step];
        const [above, right] = [Math.min(i + step, rows - 1), Math.min(j + step, columns - 1)];
        return [[i, j], [i, right], [above, right], [above, j]];
      };
      const hole = ([i, j]) => values[i][j] === null;
      paint.lineWidth = 0.6;
      for (const bi of is) {
        for (const bj of js) {
          const cell = corners(bi, bj);
          if (cell.some(hole)) {
            fillCell(cell.map(([i, j]) => look.place(us[j], vs[i], 0)), "#c4c4c4", "#8a8a8a");
          }
        }
      }
      const track = pieces().map(({ i, j, ends }) => ({
        block: `${Math.floor(i / step)} ${Math.floor(j / step)}`,
        points: ends.map(({ u, v, w }) => look.place(u, v, w + HOVER)),
      }));
      const byBlock = new Map(track.map(({ block }) => [block, []]));
      track.forEach((piece) => byBlock.get(piece.block).push(piece));
      let drawn = 0;
      for (const bi of is) {
        for (const bj of js) {
          const cell = corners(bi, bj);
          if (!cell.some(hole)) {
            const heights = cell.map(([i, j]) => scale.share(values[i][j]));
            const color = colors[Math.round((255 * heights.reduce((a, b) => a + b)) / 4)];
            paint.lineWidth = 0.6;
            const outline = all <= MESH ? "rgba(0,0,0,0.28)" : color;
            fillCell(cell.map(([i, j], k) => look.place(us[j], vs[i], heights[k])), color, outline);
            drawn += 1;
          }
          for (const { points } of byBlock.get(`${bi} ${bj}`) ?? []) {
            polyline(points, "#ffffff", 4.5, "butt");
            polyline(points, "#000000", 2.2);
          }
        }
      }
      // What lies behind a slope shines through.
      for (const { points } of track) polyline(points, "rgba(0,0,0,0.45)", 1.2, "butt");
      if (all === 0) drawPosts(look, us, vs, muted);
      drawEnds(look);
      scene.dataset.cells = String(drawn);
      scene.dataset.state = "drawn";
    };

    // Points that have no mesh between them: each by itself, over its place on the floor.
    const drawPosts = ({ place }, us, vs, muted) => {
      values.forEach((row, i) => row.forEach((value, j) => {
        const w = value === null ? 0 : scale.share(value);
        const head = place(us[j], vs[i], w);
        polyline([place(us[j], vs[i], 0), head], muted, 1);
        paint.beginPath();
        paint.arc(...head, 4, 0, 2 * Math.PI);
        paint.fillStyle = value === null ? "#c4c4c4" : colors[Math.round(255 * w)];
        paint.fill();
      }));
    };

    const drawEnds = ({ place }) => {
      const { x, y } = data.track ?? { x: [], y: [] };
      const at = (k) => {
        const below = ground(x[k], y[k]);
        return below && place(axes[0].at(x[k]), axes[1].at(y[k]), below.w + HOVER);
      };
      const [first, last] = x.length ? [at(0), at(x.length - 1)] : [null, null];
      const mark = (fill, outline) => {
        paint.fillStyle = fill;
        paint.fill();
        paint.lineWidth = 1.5;
        paint.strokeStyle = outline;
        paint.stroke();
      };
      if (data.other) {
        const { x: ox, y: oy, name } = data.other;
        const below = ground(ox, oy);
        if (below) {
          const [px, py] = place(axes[0].at(ox), axes[1].at(oy), below.w + HOVER);
          paint.beginPath();
          paint.rect(px - 6, py - 6, 12, 12);
          mark("#0072b2", "#ffffff");
          paint.lineWidth = 3;
          paint.strokeStyle = "#ffffff";
          paint.textAlign = "center";
          paint.strokeText(name, px, py - 16);
          paint.fillStyle = "#222222";
          paint.fillText(name, px, py - 16);
        }
      }
      paint.beginPath();
      if (first) {
        paint.arc(...first, 5, 0, 2 * Math.PI);
        mark("#ffffff", "#000000");
      }
      paint.beginPath();
      if (last) {
        [[0, -7], [7, 0], [0, 7], [-7, 0]].forEach(([dx, dy]) => paint.lineTo(last[0] + dx, last[1] + dy));
        paint.closePath();
        mark("#d55e00", "#ffffff");
      }
    };

    // The number at the grid point under the pointer; of several, the one at the front.
    const tell = (px, py) => {
      const { place, front } = camera();
      let best = null;
      values.forEach((row, i) => row.forEach((value, j) => {
        const [u, v] = [axes[0].at(data.x[j]), axes[1].at(data.y[i])];
        const [x, y] = place(u, v, value === null ? 0 : scale.share(value));
        const distance = Math.hypot(x - px, y - py);
        const depth = u * front[0] + v * front[1];
        if (distance < 9 && (!best || depth > best.depth + 0.2 || (depth > best.depth - 0.2 && distance < best.distance))) {
          best = { i, j, value, distance, depth };
        }
      }));
      const number = best && (best.value === null ? data.hole : short(best.value));
      readout.textContent = best ? `(${short(data.x[best.j])}, ${short(data.y[best.i])}): ${number}` : "";
    };

    let planned = false;
    const soon = () => {
      if (planned) return;
      planned = true;
      requestAnimationFrame(() => {
        planned = false;
        draw();
      });
    };
    // Fast while it moves, whole when it has come to rest.
    let rest;
    const move = () => {
      moving = true;
      clearTimeout(rest);
      rest = setTimeout(() => {
        moving = false;
        soon();
      }, 200);
      soon();
    };
    const turn = (right, down) => {
      view.turn += right;
      view.down = clamp(view.down + down, 2, 90);
      move();
    };
    const zoom = (factor) => {
      view.zoom = clamp(view.zoom * factor, 0.4, 8);
      move();
    };
    const reset = () => {
      Object.assign(view, START);
      soon();
    };

    const fingers = new Map();
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a.x - b.x, a.y - b.y);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      canvas.focus({ preventScroll: true });
    });
    canvas.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return tell(event.offsetX, event.offsetY);
      const apart = fingers.size === 2 ? spread() : 0;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 2) zoom(spread() / Math.max(apart, 1));
      else turn((before.x - event.clientX) * 0.45, (event.clientY - before.y) * 0.45);
    });
    const release = (event) => fingers.delete(event.pointerId);
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => (readout.textContent = ""));
    // The wheel scrolls the page until the surface has been clicked.
    canvas.addEventListener("wheel", (event) => {
      if (document.activeElement !== canvas) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * 0.0015));
    }, { passive: false });
    const keys = {
      ArrowLeft: () => turn(6, 0),
      ArrowRight: () => turn(-6, 0),
      ArrowUp: () => turn(0, -4),
      ArrowDown: () => turn(0, 4),
      "+": () => zoom(1.15),
      "=": () => zoom(1.15),
      "-": () => zoom(1 / 1.15),
      Home: reset,
      l: () => choose(!scale.log),
    };
    canvas.addEventListener("keydown", (event) => {
      const action = keys[event.key] ?? keys[event.key.toLowerCase()];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
    });
    logButton.addEventListener("click", () => choose(!scale.log));
    scene.querySelector(".reset").addEventListener("click", reset);
    choice?.addEventListener("change", () => choose());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);

    scene.classList.add("live");
    choose();
    new ResizeObserver(soon).observe(canvas);
  };

  document.querySelectorAll(".scene").forEach(start);
})();
