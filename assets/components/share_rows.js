// Shares from 0 to 100 % with their interval, what was expected, and chance. Contract: pages/ui/share_rows.py.

class ShareRows {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.rows, this.legend] =
      [".message", ".note", ".rows", ".legend"].map((name) => root.querySelector(name));
  }

  update(data) {
    this.labels = data.labels;
    this.chance = data.chance;
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    this.rows.replaceChildren(...data.rows.map((row) => this.line(row)));
    say(this.legend, data.legend ?? "");
  }

  line(row) {
    const known = row.value !== null;
    const line = el("div", known ? "row" : "row waiting");
    const what = line.appendChild(el("div", "what"));
    what.append(el("b", "", row.label), el("span", "", row.note ?? ""));
    line.append(this.track(row), this.value(row));
    return line;
  }

  track(row) {
    const track = el("div", "track");
    const place = (kind, left, width) => {
      const node = track.appendChild(el("div", kind));
      node.style.left = `${100 * left}%`;
      if (width !== undefined) node.style.width = `${100 * width}%`;
    };
    if (row.value !== null) {
      place("bar", 0, row.value);
      if (row.low !== null) place("whisker", row.low, row.high - row.low);
    }
    if (row.expected !== null) place("tick", row.expected);
    if (this.chance > 0) place("chance", this.chance);
    track.setAttribute("role", "img");
    track.setAttribute("aria-label", this.said(row));
    return track;
  }

  value(row) {
    const cell = el("div", "value");
    if (row.value === null) cell.append(el("span", "", this.labels.waiting));
    else cell.append(el("b", "", percent(row.value)), el("span", "", row.beside ?? ""));
    return cell;
  }

  said(row) {
    if (row.value === null) return `${row.label}: ${this.labels.waiting}`;
    const range = row.low === null ? "" : fill(this.labels.range, { low: percent(row.low), high: percent(row.high) });
    const expected = row.expected === null ? "" : fill(this.labels.expected, { share: percent(row.expected) });
    return [`${row.label}: ${percent(row.value)}`, range, expected].filter(Boolean).join(", ");
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const rows = living(parentElement, ShareRows);
  dress(rows.root, parentElement, data);
  if (isNew(rows, data)) rows.update(data);
  return undefined;
}
