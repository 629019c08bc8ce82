// Every request as a row of time: waiting, prefill, decode. Contract: pages/ui/gantt.py.

const MARGIN = { left: 8, right: 14, bottom: 30 };

class Gantt {
  constructor(root) {
    this.root = root;
    [this.name, this.note, this.box, this.detail, this.table] =
      ["name", "note", "draw", "detail", "table"].map((name) => root.querySelector(`.${name}`));
    new ResizeObserver(() => this.data && this.draw()).observe(root);
  }

  update(data) {
    this.data = data;
    this.lit = -1;
    say(this.name, data.title);
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    this.quiet = data.message || (data.legend ? data.labels.legend : "");
    say(this.detail, this.quiet);
    this.draw();
    const { labels } = data;
    this.table.replaceChildren(tableOf(data.title, [labels.request, labels.arrived, labels.first, labels.done],
      data.rows.map((row) => [row.label, this.seconds(row.arrival), this.seconds(row.first), this.seconds(row.end)])));
  }

  seconds(value) {
    return value == null ? "–" : duration(value * 1e3);
  }

  draw() {
    const { rows, end } = this.data;
    const width = Math.max(240, this.box.clientWidth), step = this.data.row_height;
    const height = Math.max(rows.length, 4) * step + MARGIN.bottom;
    const room = width - MARGIN.left - MARGIN.right;
    const x = (time) => MARGIN.left + Math.max(0, time) / end * room;
    const svg = svgEl("svg", { viewBox: `0 0 ${width} ${height}`, height, tabindex: rows.length ? 0 : -1, role: "img",
      "aria-label": this.data.title });
    this.axis(svg, x, end, height, room);
    this.lines = rows.map((row, i) => svg.appendChild(this.row(row, i, x, step, width)));
    svg.addEventListener("pointermove", (event) => {
      this.light(Math.floor((event.clientY - svg.getBoundingClientRect().top) / step));
    });
    svg.addEventListener("pointerleave", () => this.light(-1));
    svg.addEventListener("keydown", (event) => {
      const to = arrowTo(event.key, this.lit, rows.length);
      if (to === null) return;
      event.preventDefault();
      this.light(to);
    });
    this.box.replaceChildren(svg);
  }

  axis(svg, x, end, height, room) {
    const tick = niceStep(end, Math.max(2, room / 90)), base = height - MARGIN.bottom + 4;
    for (let time = 0; time <= end * 1.0001; time += tick) {
      svg.append(svgEl("line", { class: "axis", x1: x(time), x2: x(time), y1: 0, y2: base }));
      svg.append(svgEl("text", { x: x(time), y: base + 14, "text-anchor": time ? "middle" : "start" },
        `${Number(time.toPrecision(3))} s`));
    }
  }

  row(row, i, x, step, width) {
    const group = svgEl("g", { class: "row" });
    const top = i * step + 1, high = step - 2, middle = i * step + step / 2;
    group.append(svgEl("rect", { class: "catch", x: 0, y: i * step, width, height: step }));
    const shapes = { wait: "", prefill: "", decode: "", paused: "" };
    for (const [from, to, kind] of row.spans) {
      const [a, b] = [x(from), x(to)];
      shapes[kind] += kind === "wait" || kind === "paused" ? `M${a} ${middle}H${b}`
        : `M${a} ${top}H${Math.max(b, a + 0.7)}V${top + high}H${a}Z`;
    }
    for (const [kind, d] of Object.entries(shapes)) if (d) group.append(svgEl("path", { class: kind, d }));
    return group;
  }

  light(i) {
    if (i === this.lit || i >= this.data.rows.length) return;
    this.lines[this.lit]?.classList.remove("lit");
    this.lit = i;
    this.lines[i]?.classList.add("lit");
    const row = this.data.rows[i];
    say(this.detail, !row ? this.quiet : fill(this.data.labels.detail, {
      request: row.label, arrived: this.seconds(row.arrival), first: this.seconds(row.first), done: this.seconds(row.end),
      prompt: row.prompt, tokens: row.tokens,
    }));
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const gantt = living(parentElement, Gantt);
  dress(gantt.root, parentElement, data);
  if (isNew(gantt, data)) gantt.update(data);
  return undefined;
}
