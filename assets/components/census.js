// The parameter census. Data contract: pages/ui/census.py.

class Census {
  constructor(root) {
    this.root = root;
    this.total = root.querySelector(".total");
    this.stack = root.querySelector(".stack");
    this.table = root.querySelector("table");
    this.open = new Set();
    new ResizeObserver(() => this.data && this.nameParts()).observe(this.stack);
  }

  update(data) {
    const key = JSON.stringify(data);
    if (key === this.key) return;
    Object.assign(this, { key, data, labels: data.labels });
    const { labels } = this;
    this.total.replaceChildren(el("b", "", data.total.toLocaleString("en-US")), el("span", "", data.note || labels.parameters));
    const groups = data.groups.filter((group) => group.params > 0);
    this.parts = groups.map((group, i) => {
      const part = el("div", `part fill-${i % 5}`);
      part.style.width = `${group.params / data.total * 100}%`;
      const text = el("span");
      text.append(el("b"));
      part.append(text);
      part.onpointerenter = () => this.light(group.id, true);
      part.onpointerleave = () => this.light(group.id, false);
      return { group, part };
    });
    this.stack.replaceChildren(...this.parts.map(({ part }) => part));
    this.stack.setAttribute("aria-label", groups.map((group) => `${labels[`group_${group.id}`] ?? group.id} ${percent(group.params / data.total)}`).join(", "));
    this.nameParts();
    this.drawTable(groups);
  }

  // The longest name that fits its piece: name and share, share alone, or nothing.
  nameParts() {
    for (const { group, part } of this.parts) {
      const text = part.querySelector("b");
      const share = percent(group.params / this.data.total);
      const room = part.clientWidth - 12;
      for (const words of [`${this.labels[`group_${group.id}`] ?? group.id} ${share}`, share, ""]) {
        say(text, words);
        text.style.display = words ? "" : "none";
        if (text.offsetWidth <= room) break;
      }
    }
  }

  drawTable(groups) {
    const { labels, data } = this;
    const cells = (tag, values) => values.map((value, i) => el(tag, i === 1 ? "shape" : "", value));
    const line = (kind, values, tag = "td") => {
      const tr = el("tr", kind);
      tr.append(...cells(tag, values));
      return tr;
    };
    const count = (value) => value.toLocaleString("en-US");
    const rows = [line("head", [labels.group, labels.shape, labels.params, labels.share], "th")];
    groups.forEach((group, i) => {
      const tr = line("group", ["", group.rows.length === 1 ? this.shape(group.rows[0]) : "", count(group.params), percent(group.params / data.total)]);
      tr.dataset.group = group.id;
      const name = labels[`group_${group.id}`] ?? group.id;
      const first = tr.firstChild;
      first.append(el("i", `swatch fill-${i % 5}`));
      tr.onpointerenter = () => this.light(group.id, true);
      tr.onpointerleave = () => this.light(group.id, false);
      rows.push(tr);
      const folded = group.rows.map((row) => line("row", [row.name, this.shape(row), count(row.params), percent(row.params / data.total)]));
      if (group.rows.length > 1) {
        const fold = el("button", "fold", name);
        fold.type = "button";
        const show = () => {
          fold.setAttribute("aria-expanded", String(this.open.has(group.id)));
          folded.forEach((row) => (row.hidden = !this.open.has(group.id)));
        };
        tr.onclick = () => {
          this.open.has(group.id) ? this.open.delete(group.id) : this.open.add(group.id);
          show();
        };
        first.append(fold);
        show();
        rows.push(...folded);
      } else first.append(name);
    });
    rows.push(line("sum", [labels.sum, "", count(data.total), "100 %"]));
    this.table.replaceChildren(...rows);
  }

  shape(row) {
    const shape = row.shape.map((size) => size.toLocaleString("en-US")).join(" × ");
    return row.count > 1 ? `${row.count} × (${shape})` : shape;
  }

  light(id, on) {
    this.parts.find(({ group }) => group.id === id)?.part.classList.toggle("on", on);
    this.table.querySelector(`tr[data-group="${CSS.escape(id)}"]`)?.classList.toggle("on", on);
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const part = living(parentElement, Census);
  dress(part.root, parentElement, data);
  if (isNew(part, data)) part.update(data);
  return undefined;
}
