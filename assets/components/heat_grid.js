// A table whose cells are tinted by their value; the marked cell of a row is outlined. Contract: pages/ui/heat_grid.py.

class HeatGrid {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.table, this.head, this.body] =
      [".message", ".note", "table", "thead", "tbody"].map((name) => root.querySelector(name));
  }

  update(data) {
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    this.table.className = data.upright ? "upright" : "";
    this.table.setAttribute("aria-label", data.title);
    const head = el("tr");
    head.append(el("th", "", data.corner), ...data.columns.map((name) => this.column(name)));
    if (data.extra) head.append(el("th", "", data.extra));
    this.head.replaceChildren(head);
    this.body.replaceChildren(...data.rows.map((row) => this.line(row)));
  }

  column(name) {
    const th = el("th", "class");
    th.scope = "col";
    th.title = name;
    th.append(el("span", "", name));
    return th;
  }

  line(row) {
    const tr = el("tr");
    const name = el("th", "", row.label);
    name.scope = "row";
    name.append(el("span", "", row.note ?? ""));
    tr.append(name);
    for (const cell of row.cells) {
      const td = el("td", cell.mark ? "mark" : "", cell.text);
      td.style.setProperty("--heat", Math.max(0, Math.min(1, cell.heat)));
      tr.append(td);
    }
    if (row.extra) tr.append(el("td", "extra", row.extra));
    return tr;
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const grid = living(parentElement, HeatGrid);
  dress(grid.root, parentElement, data);
  if (isNew(grid, data)) grid.update(data);
  return undefined;
}
