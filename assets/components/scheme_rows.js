// One row per scheme: how long a step takes, what it reads, what it costs. Contract: pages/ui/scheme_rows.py.

class SchemeRows {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.head, this.body] =
      [".message", ".note", "thead", "tbody"].map((name) => root.querySelector(name));
  }

  update(data) {
    this.labels = data.labels;
    this.columns = data.columns;
    this.bars = data.bars;
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    const times = data.rows.flatMap((row) => [row.ms, row.high, row.beside_ms, row.predicted_ms]).filter((ms) => ms > 0);
    this.longest = Math.max(...times, 1e-9);
    this.head.replaceChildren(this.headLine());
    this.body.replaceChildren(...data.rows.map((row) => this.line(row)));
  }

  headLine() {
    const tr = el("tr");
    tr.append(el("th", "", this.labels.scheme));
    if (this.bars) tr.append(el("th", "speed", this.labels.speed));
    tr.append(...this.columns.map((name) => el("th", "", name)));
    return tr;
  }

  line(row) {
    const tr = el("tr", `${row.state}${row.noisy ? " noisy" : ""}`);
    const name = el("td");
    const note = [row.note, row.noisy ? this.labels.noisy : ""].filter(Boolean).join(" · ");
    name.append(el("b", "", row.label), el("span", "", note));
    tr.append(name);
    if (row.problem) {
      const cell = el("td", "problem", row.problem);
      cell.colSpan = this.columns.length + 1;
      tr.append(cell);
      return tr;
    }
    if (this.bars) tr.append(this.speed(row));
    row.values.forEach((value, i) => {
      const cell = el("td", "", value);
      cell.dataset.head = this.columns[i];
      tr.append(cell);
    });
    return tr;
  }

  speed(row) {
    const cell = el("td", "speed");
    const track = cell.appendChild(el("div", "track"));
    const at = (ms) => `${(ms / this.longest) * 100}%`;
    const place = (kind, left, width) => {
      const node = track.appendChild(el("div", kind));
      node.style.left = left;
      if (width) node.style.width = width;
    };
    if (row.beside_ms > 0) place("beside", "0", at(row.beside_ms));
    if (row.ms > 0) place("bar", "0", at(row.ms));
    if (row.low > 0) place("whisker", at(row.low), at(Math.max(row.high - row.low, 0)));
    if (row.predicted_ms > 0) place("tick", at(row.predicted_ms));
    const value = track.appendChild(el("div", "value"));
    if (row.ms > 0) value.append(`${duration(row.ms)} `, el("b", "", row.ratio ? ` ${row.ratio}` : ""));
    track.setAttribute("role", "img");
    track.setAttribute("aria-label", this.said(row));
    return cell;
  }

  said(row) {
    if (!(row.ms > 0)) return this.labels.waiting;
    const expected = row.predicted_ms > 0 ? fill(this.labels.predicted, { ms: duration(row.predicted_ms) }) : "";
    return [duration(row.ms), row.ratio, expected].filter(Boolean).join(", ");
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const rows = living(parentElement, SchemeRows);
  dress(rows.root, parentElement, data);
  if (isNew(rows, data)) rows.update(data);
  return undefined;
}
