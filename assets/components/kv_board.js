// The pool of KV blocks: who owns which, how full they are, and what is reserved for nothing.
// Contract: pages/ui/kv_board.py.

class KvBoard {
  constructor(root) {
    this.root = root;
    [this.name, this.note, this.grid, this.meter, this.detail, this.table] =
      ["name", "note", "grid", "meter", "detail", "table"].map((name) => root.querySelector(`.${name}`));
    this.grid.addEventListener("pointerover", (event) => this.light(event.target.closest(".block")?.owner ?? -1));
    this.grid.addEventListener("pointerleave", () => this.light(-1));
    this.grid.addEventListener("keydown", (event) => {
      const to = arrowTo(event.key, this.lit, this.data.owners.length);
      if (to === null) return;
      event.preventDefault();
      this.light(to);
    });
  }

  update(data) {
    this.data = data;
    this.lit = -1;
    say(this.name, data.title);
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    this.grid.setAttribute("aria-label", `${data.title}. ${data.message}`);
    while (this.grid.children.length > data.blocks.length) this.grid.lastChild.remove();
    data.blocks.forEach((block, i) => this.block(this.grid.children[i] ?? this.grid.appendChild(this.empty()), block));
    this.meter.replaceChildren(...data.meters.map((meter) => this.line(meter)));
    say(this.detail, data.message);
    this.table.replaceChildren(tableOf(data.title, [data.labels.request, data.labels.tokens, data.labels.blocks],
      data.owners.map((owner) => [owner.label, owner.tokens, owner.table.join(" ")])));
  }

  empty() {
    const node = el("div", "block");
    node.append(el("div", "fill"), el("span"));
    return node;
  }

  block(node, [owner, filled, sharers]) {
    node.owner = owner;
    const kind = owner < 0 ? (filled > 0 ? " kept" : "") : sharers > 1 ? " used shared" : " used";
    node.className = `block${kind}`;
    node.firstChild.style.height = `${filled * 100}%`;
    say(node.lastChild, owner < 0 ? "" : this.data.owners[owner].label);
  }

  line(meter) {
    const line = el("div", "line"), track = el("div", "track");
    const [held, real] = [el("div", "held"), el("div", "real")];
    held.style.width = `${meter.reserved * 100}%`;
    real.style.width = `${meter.used * 100}%`;
    track.append(held, real);
    line.append(el("div", "", meter.label), track, el("div", "", meter.text));
    return line;
  }

  light(owner) {
    if (owner === this.lit) return;
    this.lit = owner;
    for (const node of this.grid.children) node.classList.toggle("lit", owner >= 0 && node.owner === owner);
    const of = this.data.owners[owner];
    say(this.detail, of ? fill(this.data.labels.detail, { request: of.label, tokens: of.tokens, table: of.table.join(" → ") })
      : this.data.message);
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const board = living(parentElement, KvBoard);
  dress(board.root, parentElement, data);
  if (isNew(board, data)) board.update(data);
  return undefined;
}
