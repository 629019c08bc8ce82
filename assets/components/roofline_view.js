// This machine's roofline, and its bandwidth over the working set. Contract: pages/ui/roofline_view.py.

const PAD = { left: 52, right: 14, top: 18, bottom: 40 };

function rateText(perS, unit) {
  const power = Math.max(0, Math.min(5, Math.floor(Math.log10(perS) / 3)));
  return `${significant(perS / 1000 ** power, 3).replace(/\.0$/, "")} ${["", "k", "M", "G", "T", "P"][power]}${unit}`;
}

class RooflineView {
  constructor(root) {
    this.root = root;
    this.figures = ["roofline", "curve"].map((name) => root.querySelector(`.${name}`));
    this.message = root.querySelector(".message");
    this.table = root.querySelector(".table");
    new ResizeObserver(() => this.data && this.draw()).observe(root);
  }

  update(data) {
    this.data = data;
    this.labels = data.labels;
    say(this.message, data.message ?? "");
    const names = [this.labels.roofline, this.labels.curve];
    this.figures.forEach((figure, i) => say(figure.querySelector("figcaption"), names[i]));
    this.draw();
    this.tell();
  }

  draw() {
    const [first, second] = this.figures.map((figure) => figure.querySelector(".draw"));
    this.drawRoofline(first);
    this.drawCurve(second);
  }

  // A log–log (or log–linear) canvas with axes; returns the functions from values to pixels.
  frame(box, xRange, yRange, names) {
    const [w, h] = [box.clientWidth, box.clientHeight];
    const svg = svgEl("svg", { role: "img", "aria-label": names.title, viewBox: `0 0 ${w} ${h}` });
    const x = (v) => PAD.left + Math.log(v / xRange[0]) / Math.log(xRange[1] / xRange[0]) * (w - PAD.left - PAD.right);
    const share = (v) => (names.linear ? v / yRange[1] : Math.log(v / yRange[0]) / Math.log(yRange[1] / yRange[0]));
    const y = (v) => h - PAD.bottom - share(v) * (h - PAD.top - PAD.bottom);
    const every = (range, limit) => {
      const ticks = [];
      const decades = Math.log10(range[1] / range[0]);
      const steps = decades > limit ? [1] : decades > limit / 2.6 ? [1, 3] : [1, 2, 5];
      for (let p = Math.floor(Math.log10(range[0])); p <= Math.log10(range[1]); p++)
        for (const m of steps) if (m * 10 ** p >= range[0] * 0.999 && m * 10 ** p <= range[1] * 1.001) ticks.push(m * 10 ** p);
      return ticks;
    };
    const yTicks = names.linear ? Array.from({ length: Math.floor(yRange[1] / names.step) + 1 }, (_, i) => i * names.step) : every(yRange, 3.5);
    for (const v of yTicks) {
      svg.append(svgEl("line", { class: "grid-line", x1: PAD.left, x2: w - PAD.right, y1: y(v), y2: y(v) }));
      svg.append(svgEl("text", { x: PAD.left - 6, y: y(v) + 4, "text-anchor": "end" }, names.y(v)));
    }
    for (const v of every(xRange, w < 420 ? 3 : 4)) {
      svg.append(svgEl("line", { class: "axis-line", x1: x(v), x2: x(v), y1: h - PAD.bottom, y2: h - PAD.bottom + 4 }));
      svg.append(svgEl("text", { x: x(v), y: h - PAD.bottom + 17, "text-anchor": x(v) > w - 30 ? "end" : "middle" }, names.x(v)));
    }
    svg.append(svgEl("line", { class: "axis-line", x1: PAD.left, x2: w - PAD.right, y1: h - PAD.bottom, y2: h - PAD.bottom }));
    svg.append(svgEl("text", { x: w - PAD.right, y: h - 4, "text-anchor": "end" }, names.xTitle));
    svg.append(svgEl("text", { x: 0, y: 10 }, names.yTitle));
    box.replaceChildren(svg);
    return { svg, x, y, w, h };
  }

  drawRoofline(box) {
    const { labels } = this;
    const { slopes, roofs, points } = this.data;
    const ready = slopes.length && roofs.length;
    const best = ready ? Math.max(...roofs.map((roof) => roof.per_s)) : 1e11;
    const steep = ready ? slopes[0].per_s : 2e10;
    const ridge = best / steep;
    const xs = [ridge / 40, ridge * 12, ...points.map((p) => p.intensity)];
    const xRange = [Math.min(0.25, ...xs) * 0.8, Math.max(...xs) * 1.3];
    const floor = Math.min(...points.map((p) => p.per_s), steep * xRange[0] * 1.2);
    const yRange = [floor, best * 2.6];
    const { svg, x, y, w, h } = this.frame(box, xRange, yRange, {
      title: labels.roofline, xTitle: labels.intensity, yTitle: labels.flops_axis,
      x: (v) => String(Number(v.toPrecision(2))), y: (v) => String(Number((v / 1e9).toPrecision(2))),
    });
    if (!ready) return;
    const line = (kind, x1, y1, x2, y2) => svg.append(svgEl("line", { class: kind, x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2) }));
    const text = (kind, at, words, more = {}) => svg.append(svgEl("text", { class: `halo ${kind}`, x: at[0], y: at[1], ...more }, words));
    slopes.forEach((slope, i) => {
      const from = Math.max(xRange[0], yRange[0] / slope.per_s);
      const to = best / slope.per_s;
      line(`slope${i ? " other" : ""}`, from, from * slope.per_s, to, best);
      const angle = Math.atan2(y(best) - y(from * slope.per_s), x(to) - x(from)) * 180 / Math.PI;
      const at = from * (to / from) ** (i ? 0.42 : 0.5);
      const [px, py] = [x(at), y(at * slope.per_s)];
      text("slope-text", [px, py + (i ? -7 : 17)], fill(labels.slope, { rate: rateText(slope.per_s, "B/s"), size: bytesText(slope.bytes) }),
        { transform: `rotate(${angle} ${px} ${py})`, "text-anchor": "middle" });
    });
    const sorted = roofs.map((roof, i) => ({ ...roof, i })).sort((a, b) => b.per_s - a.per_s);
    let last = -Infinity;
    for (const roof of sorted) {
      line(`top r${roof.i}`, roof.per_s / steep, roof.per_s, xRange[1], roof.per_s);
      const at = Math.max(y(roof.per_s) - 6, last + 15);
      last = at > y(roof.per_s) ? at : Math.max(at, y(roof.per_s) + 4);
      text("top-text", [w - PAD.right, at > y(roof.per_s) - 6 ? Math.max(at, y(roof.per_s) + 15) : at], `${roof.label} ${rateText(roof.per_s, "FLOP/s")}`, { "text-anchor": "end" });
    }
    const corner = roofs[0].per_s / steep;
    line("ridge", corner, roofs[0].per_s, corner, yRange[0]);
    text("strong", [x(corner) + 6, h - PAD.bottom - 8], fill(labels.ridge, { at: significant(corner), dtype: roofs[0].label }));
    if (x(corner) + 6 + svg.lastChild.getComputedTextLength() > w) {
      svg.lastChild.setAttribute("x", x(corner) - 6);
      svg.lastChild.setAttribute("text-anchor", "end");
    }
    for (const point of points) {
      const [px, py] = [x(point.intensity), y(point.per_s)];
      svg.append(svgEl("circle", { class: `dot ${point.phase ?? ""}${point.measured ? "" : " hollow"}`, cx: px, cy: py, r: 6 }));
      const left = px > w * 0.6;
      text("strong", [px + (left ? -11 : 11), py + 16], point.label, { "text-anchor": left ? "end" : "start" });
    }
  }

  drawCurve(box) {
    const { labels } = this;
    const curve = this.data.curve;
    const most = curve.length ? Math.max(...curve.map((p) => p.per_s)) / 1e9 : 40;
    const xRange = curve.length > 1 ? [curve[0].bytes / 1.4, curve.at(-1).bytes * 1.4] : curve.length ? [curve[0].bytes / 10, curve[0].bytes * 10] : [1e6, 1e9];
    const step = niceStep(most * 1.15, 5);
    const { svg, x, y, w } = this.frame(box, xRange, [0, most * 1.15], {
      title: labels.curve, xTitle: labels.working_set, yTitle: labels.bandwidth_axis, linear: true, step,
      x: (v) => bytesText(v), y: (v) => String(Number(v.toPrecision(3))),
    });
    if (!curve.length) return;
    svg.append(svgEl("polyline", { class: "slope", points: curve.map((p) => `${x(p.bytes)},${y(p.per_s / 1e9)}`).join(" ") }));
    for (const point of curve) svg.append(svgEl("circle", { class: "dot", cx: x(point.bytes), cy: y(point.per_s / 1e9), r: 4.5 }));
    const mark = this.data.mark;
    if (!mark || mark.bytes < xRange[0] || mark.bytes > xRange[1]) return;
    const px = x(mark.bytes);
    svg.append(svgEl("line", { class: "ridge", x1: px, x2: px, y1: PAD.top, y2: y(0) }));
    const left = px > w * 0.55;
    svg.append(svgEl("text", { class: "halo strong", x: px + (left ? -7 : 7), y: PAD.top + 14, "text-anchor": left ? "end" : "start" }, mark.label));
  }

  tell() {
    const { labels, data } = this;
    const rows = [...data.roofs.map((roof) => [roof.label, rateText(roof.per_s, "FLOP/s")]),
      ...data.curve.map((p) => [bytesText(p.bytes), rateText(p.per_s, "B/s")]),
      ...data.points.map((p) => [p.label, `${significant(p.intensity)} FLOP/B, ${rateText(p.per_s, "FLOP/s")}`])];
    this.table.replaceChildren(tableOf(labels.roofline, [labels.what, labels.value], rows));
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const view = living(parentElement, RooflineView);
  dress(view.root, parentElement, data);
  if (isNew(view, data)) view.update(data);
  return undefined;
}
