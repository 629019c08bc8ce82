// Guess, prediction and measurement on one axis. Data contract: pages/ui/number_line.py.

const MIDDLE = 92; // px from the top of the field to the axis
const LANES = { above0: 42, below0: 118, above1: 2 }; // px, the top of a tag
const TAG = 38; // px, its height

class NumberLine {
  constructor(root) {
    this.root = root;
    for (const name of ["field", "axis", "name", "verdict"]) this[name] = root.querySelector(`.${name}`);
    this.marks = {};
    new ResizeObserver(() => this.data && this.draw()).observe(this.field);
  }

  update(data) {
    this.data = data;
    this.labels = data.labels;
    this.draw();
  }

  values() {
    const { guess, predicted, measured } = this.data;
    return [guess, predicted, measured?.value, measured?.low, measured?.high].filter((v) => v != null && v > 0);
  }

  domain() {
    const values = this.values();
    if (!values.length) return { low: 0, high: 100, log: false };
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (high / low > 20) return { low: low / 1.8, high: high * 1.8, log: true };
    const pad = (high - low || high) * 0.22;
    return { low: Math.max(0, low - pad > high * 0.35 ? low - pad : 0), high: high + pad, log: false };
  }

  draw() {
    const { data, labels } = this;
    this.scale = this.domain();
    const { low, high, log } = this.scale;
    this.at = (value) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)) * 100;
    this.drawTicks();
    const { measured, predicted, guess } = data;
    this.mark("interval", measured?.low != null, () => [this.at(measured.low), this.at(measured.high)]);
    this.mark("measured", measured, () => [this.at(measured.value)]);
    this.marks.measured.classList.toggle("published", Boolean(data.published));
    this.mark("predicted", predicted != null, () => [this.at(predicted)]);
    this.mark("guess", guess != null, () => [this.at(guess)]);
    this.placeTags();
    say(this.name, log && this.values().length ? fill(labels.axis_log, { unit: data.unit }) : "");
    say(this.verdict, data.verdict ?? "");
    this.field.setAttribute("aria-label", this.said.join("; ") || labels.empty);
  }

  drawTicks() {
    const { low, high, log } = this.scale;
    const ticks = [];
    if (log) {
      for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
        for (const m of high / low > 3000 ? [1] : [1, 3]) {
          const value = m * 10 ** power;
          if (value >= low && value <= high) ticks.push(value);
        }
    } else {
      const step = niceStep(high - low, this.field.clientWidth < 480 ? 4 : 7);
      for (let value = Math.ceil(low / step) * step; value <= high * 1.0001; value += step) ticks.push(Number(value.toPrecision(10)));
    }
    const shown = this.values().length ? ticks : [];
    this.axis.replaceChildren(...shown.map((value, i) => {
      const tick = el("div", "tick");
      tick.style.left = `${this.at(value)}%`;
      const unit = i === shown.length - 1 || i === 0 ? ` ${this.data.unit}` : "";
      tick.append(el("span", "num", value.toLocaleString("en-US", { maximumSignificantDigits: 4 }) + unit));
      return tick;
    }));
  }

  mark(name, on, where) {
    this.marks[name] ??= this.field.appendChild(el("div", `mark ${name}`));
    const node = this.marks[name];
    node.hidden = !on;
    if (!on) return;
    const [from, to] = where();
    node.style.top = `${MIDDLE}px`;
    node.style.left = `${from}%`;
    if (to !== undefined) node.style.width = `${to - from}%`;
  }

  // The measurement is written above the axis, the prediction below it; the guess takes the first
  // lane where it touches neither.
  placeTags() {
    const { data, labels } = this;
    const { measured, predicted, guess } = data;
    const unit = data.unit;
    const wanted = [
      measured && { name: "measured", value: measured.value, lanes: ["above0"], note: measured.low != null
        ? fill(labels.measured_range, { low: significant(measured.low), high: significant(measured.high), n: measured.n ?? "" }) : data.published ? labels.published : labels.measured },
      predicted != null && { name: "predicted", value: predicted, lanes: ["below0"], note: labels.predicted },
      guess != null && { name: "guess", value: guess, lanes: ["above0", "below0", "above1"], note: labels.guess },
    ].filter(Boolean);
    this.field.querySelectorAll(".tag, .lead").forEach((node) => node.remove());
    this.said = [];
    const width = this.field.clientWidth;
    const taken = [];
    for (const item of wanted) {
      const tag = el("div", "tag", null);
      const text = `${significant(item.value)} ${unit}`;
      tag.append(el("b", "", text), item.note);
      this.field.append(tag);
      this.said.push(`${item.note}: ${text}`);
      const x = this.at(item.value) / 100 * width;
      const left = Math.min(Math.max(0, x - tag.offsetWidth / 2), width - tag.offsetWidth);
      const clear = (lane) => !taken.some((t) => t.lane === lane && left < t.right + 14 && left + tag.offsetWidth > t.left - 14);
      const lane = item.lanes.find(clear) ?? item.lanes.at(-1);
      taken.push({ lane, left, right: left + tag.offsetWidth });
      const top = LANES[lane];
      tag.style.left = `${left}px`;
      tag.style.top = `${top}px`;
      const lead = el("div", "lead");
      lead.style.left = `${x}px`;
      lead.style.top = `${top < MIDDLE ? top + TAG : MIDDLE + 9}px`;
      lead.style.height = `${(top < MIDDLE ? MIDDLE - top - TAG : top - MIDDLE) - 9}px`;
      this.field.append(lead);
    }
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const line = living(parentElement, NumberLine);
  dress(line.root, parentElement, data);
  if (isNew(line, data)) line.update(data);
  return undefined;
}
