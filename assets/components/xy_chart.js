// Lines and points over two axes, linear or logarithmic. Contract: pages/ui/xy_chart.py.

const PAD = { left: 54, right: 16, top: 20, bottom: 40 };

function logTicks([low, high], most) {
  const decades = Math.log10(high / low);
  const steps = decades > most ? [1] : decades > most / 2.6 ? [1, 3] : [1, 2, 5];
  const ticks = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.log10(high); p++)
    for (const m of steps)
      if (m * 10 ** p >= low * 0.999 && m * 10 ** p <= high * 1.001) ticks.push(m * 10 ** p);
  return ticks;
}

function plain(value) {
  const unit = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e4, ""]].find(([size]) => Math.abs(value) >= size);
  if (unit?.[1]) return `${Number((value / unit[0]).toPrecision(3))} ${unit[1]}`;
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

// A value of an axis, by its name if it has one.
const named = (axis, value) => axis.ticks?.find(([at]) => at === value)?.[1] ?? plain(value);

const amount = (axis, value) => (axis.whole ? plain(value) : significant(value));

class XyChart {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.box, this.table] =
      ["message", "note", "draw", "table"].map((name) => root.querySelector(`.${name}`));
    new ResizeObserver(() => this.data && this.draw()).observe(root);
  }

  update(data) {
    this.data = data;
    paint(this.root, "--height", `${data.height}px`);
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    this.draw();
    this.tell();
  }

  // The range of one axis: what was said in advance, widened by what came.
  range(axis, at) {
    const drawn = [...this.data.series, ...(this.data.ribbons ?? [])];
    const values = drawn.flatMap((s) => s.points.flatMap((p) => [p[at], ...(at === 1 ? p.slice(2) : [])]))
      .concat(axis.range ?? []).filter((v) => Number.isFinite(v) && (!axis.log || v > 0));
    if (!values.length) return axis.log ? [1, 10] : [0, 1];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (axis.log) return [low / 1.15, high * 1.25];
    const bottom = axis.zero ? Math.min(0, low) : low;
    return [bottom, bottom + (high - bottom || 1) * (at === 1 ? 1.12 : 1)];
  }

  scale(axis, range, from, to) {
    return (v) => from + (axis.log ? Math.log(v / range[0]) / Math.log(range[1] / range[0])
      : (v - range[0]) / (range[1] - range[0])) * (to - from);
  }

  ticks(axis, range, most) {
    if (axis.log && range[1] / range[0] > 4) return logTicks(range, most / 2); // less has no room for 1, 2, 5
    if (axis.ticks?.length) return axis.ticks.map(([at]) => at).filter((_, i) => i % Math.ceil(axis.ticks.length / most) === 0);
    const step = Math.max(niceStep(range[1] - range[0], most), axis.whole ? 1 : 0);
    const first = Math.ceil(range[0] / step - 1e-9) * step;
    return Array.from({ length: Math.floor((range[1] - first) / step + 1e-9) + 1 }, (_, i) => first + i * step);
  }

  draw() {
    const { data, box } = this;
    const [w, h] = [box.clientWidth, box.clientHeight];
    if (!w) return;
    const svg = svgEl("svg", { role: "img", "aria-label": data.title, viewBox: `0 0 ${w} ${h}` });
    const ranges = [this.range(data.x, 0), this.range(data.y, 1)];
    const x = this.scale(data.x, ranges[0], PAD.left, w - PAD.right);
    const y = this.scale(data.y, ranges[1], h - PAD.bottom, PAD.top);
    this.at = { x, y, w, h };
    for (const band of data.bands ?? []) this.band(svg, band, ranges[0]);
    for (const v of this.ticks(data.y, ranges[1], 5)) {
      svg.append(svgEl("line", { class: "grid-line", x1: PAD.left, x2: w - PAD.right, y1: y(v), y2: y(v) }));
      svg.append(svgEl("text", { x: PAD.left - 6, y: y(v) + 4, "text-anchor": "end" }, plain(v)));
    }
    svg.append(svgEl("line", { class: "axis-line", x1: PAD.left, x2: w - PAD.right, y1: h - PAD.bottom, y2: h - PAD.bottom }));
    for (const v of this.ticks(data.x, ranges[0], w < 480 ? 4 : 8))
      svg.append(svgEl("text", { x: x(v), y: h - PAD.bottom + 17, "text-anchor": "middle" }, named(data.x, v)));
    svg.append(svgEl("text", { x: w - PAD.right, y: h - 4, "text-anchor": "end" }, data.x.label));
    svg.append(svgEl("text", { x: 0, y: 11 }, data.y.label));
    for (const ribbon of data.ribbons ?? []) this.ribbon(svg, ribbon);
    for (const mark of data.marks ?? []) this.mark(svg, mark, ranges[0]);
    this.names = [];
    for (const series of data.series) this.line(svg, series);
    this.placeNames(svg);
    this.hover(svg);
    box.replaceChildren(svg);
  }

  band(svg, band, range) {
    const { x, h } = this.at;
    const [from, to] = [Math.max(band.from ?? range[0], range[0]), Math.min(band.to ?? range[1], range[1])];
    if (from >= to) return;
    if (band.shaded ?? true) svg.append(svgEl("rect", { class: "band", x: x(from), width: x(to) - x(from), y: PAD.top, height: h - PAD.bottom - PAD.top }));
    svg.append(svgEl("text", { x: (x(from) + x(to)) / 2, y: h - PAD.bottom - 8, "text-anchor": "middle" }, band.label));
  }

  // Between (x, low) and (x, high): where a line may lie.
  ribbon(svg, ribbon) {
    const { x, y } = this.at;
    const edge = [...ribbon.points.map((p) => [p[0], p[2]]), ...ribbon.points.toReversed().map((p) => [p[0], p[1]])];
    if (edge.length) svg.append(svgEl("path", { class: "ribbon", d: `M${edge.map((p) => `${x(p[0])},${y(p[1])}`).join("L")}Z` }));
  }

  mark(svg, mark, range) {
    if (!(mark.x >= range[0] && mark.x <= range[1])) return;
    const { x, w, h } = this.at;
    const px = x(mark.x);
    const left = px > w * 0.6;
    svg.append(svgEl("line", { class: "mark", x1: px, x2: px, y1: PAD.top, y2: h - PAD.bottom }));
    svg.append(svgEl("text", { class: "halo strong", x: px + (left ? -6 : 6), y: PAD.top + 12, "text-anchor": left ? "end" : "start" }, mark.label));
  }

  line(svg, series) {
    const { x, y } = this.at;
    const points = series.points.filter((p) => Number.isFinite(p[1]) && (!this.data.y.log || p[1] > 0));
    const group = svgEl("g", { class: "series", "data-role": series.role, "data-kind": series.kind });
    if (series.bars) return svg.append(this.columns(group, points));
    const solid = series.kind !== "published" && !series.scatter;
    if (solid && points.length > 1)
      group.append(svgEl("path", { d: points.map((p, i) => `${i ? "L" : "M"}${x(p[0])},${y(p[1])}`).join("") }));
    if (series.kind !== "predicted" || points.length === 1)
      for (const p of points) {
        if (p.length > 3) group.append(svgEl("line", { class: "whisker", x1: x(p[0]), x2: x(p[0]), y1: y(p[2]), y2: y(p[3]) }));
        group.append(svgEl("circle", { cx: x(p[0]), cy: y(p[1]), r: points.length > 40 ? 2.5 : 4 }));
      }
    svg.append(group);
    const last = points.at(-1);
    if (last && series.label) this.names.push({ group, label: series.label, px: x(last[0]), py: y(last[1]) });
  }

  columns(group, points) {
    const { x, y } = this.at;
    const wide = (x(1) - x(0)) * 0.7;
    for (const [at, value] of points) {
      group.append(svgEl("rect", { x: x(at) - wide / 2, width: wide, y: y(value), height: y(0) - y(value), rx: 2 }));
      group.append(svgEl("text", { x: x(at), y: y(value) - 5, "text-anchor": "middle" }, value ? plain(value) : ""));
    }
    return group;
  }

  // The name of a line stands at its end, before it where there is no room; names that would touch move apart.
  placeNames(svg) {
    const { w } = this.at;
    const taken = [];
    for (const name of this.names.sort((a, b) => a.py - b.py)) {
      const width = [...name.label].reduce((sum, char) => sum + (char > "\u2e80" ? 12.5 : 7), 0);
      const inside = name.px + 9 + width > w;
      const x = inside ? Math.min(name.px + 4, w - 4) : name.px + 9;
      const left = inside ? x - width : x;
      let top = name.py + (inside ? -9 : 4);
      while (taken.some((t) => Math.abs(t.top - top) < 15 && left < t.left + t.width + 6 && t.left < left + width + 6)) top += 3;
      taken.push({ top, left, width });
      name.group.append(svgEl("text", { class: "halo", x, y: Math.max(12, top), "text-anchor": inside ? "end" : "start" }, name.label));
    }
  }

  // The nearest column under the pointer, written out.
  hover(svg) {
    const { x, w, h } = this.at;
    const xs = [...new Set(this.data.series.flatMap((s) => s.points.map((p) => p[0])))].sort((a, b) => a - b);
    if (!xs.length) return;
    const cursor = svg.appendChild(svgEl("line", { class: "cursor", y1: PAD.top, y2: h - PAD.bottom, visibility: "hidden" }));
    const tip = svg.appendChild(svgEl("text", { class: "tip halo", y: 11, "text-anchor": "end", x: w - PAD.right, visibility: "hidden" }));
    svg.addEventListener("pointermove", (event) => {
      const px = event.clientX - svg.getBoundingClientRect().left;
      const nearest = xs.reduce((a, b) => (Math.abs(x(b) - px) < Math.abs(x(a) - px) ? b : a));
      cursor.setAttribute("x1", x(nearest));
      cursor.setAttribute("x2", x(nearest));
      const said = this.data.series.flatMap((s) => s.points.filter((p) => p[0] === nearest).map((p) => `${s.label} ${amount(this.data.y, p[1])}`));
      say(tip, [`${this.data.x.name ?? ""} ${named(this.data.x, nearest)}`.trim(), ...said].join(" · "));
      for (const node of [cursor, tip]) node.setAttribute("visibility", "visible");
    });
    svg.addEventListener("pointerleave", () => [cursor, tip].forEach((node) => node.setAttribute("visibility", "hidden")));
  }

  tell() {
    const { data } = this;
    const xs = [...new Set(data.series.flatMap((s) => s.points.map((p) => p[0])))].sort((a, b) => a - b);
    const value = (s, v) => s.points.filter((p) => p[0] === v).map((p) => amount(data.y, p[1])).join(", ");
    this.table.replaceChildren(tableOf(`${data.title}. ${data.y.label}`, [data.x.label, ...data.series.map((s) => s.label)],
      xs.map((v) => [named(data.x, v), ...data.series.map((s) => value(s, v))])));
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const chart = living(parentElement, XyChart);
  dress(chart.root, parentElement, data);
  if (isNew(chart, data)) chart.update(data);
  return undefined;
}
