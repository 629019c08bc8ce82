// One bar per stage of a stack, longest first to shortest. Contract: pages/ui/ladder.py.

class Ladder {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.rows] = ["message", "note", "rows"].map((name) => root.querySelector(`.${name}`));
  }

  update(data) {
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    const most = Math.max(...data.rows.flatMap((row) => [row.value ?? 0, row.high ?? 0, row.predicted ?? 0]), 1e-9) * 1.02;
    this.at = (value) => `${value / most * 100}%`;
    while (this.rows.children.length > data.rows.length) this.rows.lastChild.remove();
    data.rows.forEach((row, i) => this.row(this.rows.children[i] ?? this.rows.appendChild(this.empty()), row, i));
  }

  empty() {
    const item = el("li");
    const track = el("div", "track");
    track.append(el("div", "bar"), el("div", "whisker"), el("div", "mark"));
    item.append(el("div", "name"), track, el("div", "value"), el("div", "more"));
    return item;
  }

  row(item, row, i) {
    const [name, track, value, more] = item.children;
    const [bar, whisker, mark] = track.children;
    say(name, row.label);
    bar.className = `bar${i ? "" : " first"}${row.value == null ? " empty" : ""}`;
    bar.style.width = row.value == null ? "" : this.at(row.value);
    whisker.hidden = row.low == null;
    if (row.low != null) Object.assign(whisker.style, { left: this.at(row.low), width: this.at(row.high - row.low) });
    mark.hidden = row.predicted == null;
    if (row.predicted != null) mark.style.left = this.at(row.predicted);
    const text = row.value == null ? "–" : row.text || duration(row.value);
    value.replaceChildren(el("b", "", text), row.ratio ? ` · ${row.ratio}` : "");
    say(more, row.note ?? "");
    item.setAttribute("aria-label", [row.label, row.value == null ? "" : text, row.ratio, row.note].filter(Boolean).join(", "));
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const ladder = living(parentElement, Ladder);
  dress(ladder.root, parentElement, data);
  if (isNew(ladder, data)) ladder.update(data);
  return undefined;
}
