// Where one head looks. Data contract: pages/ui/attention_map.py.

async function unpack(base64) {
  const raw = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class AttentionMap {
  constructor(root) {
    this.root = root;
    for (const name of ["tokens", "detail", "grid", "message", "table"]) this[name] = root.querySelector(`.${name}`);
    this.layerPick = root.querySelector(".p-layer select");
    this.headPick = root.querySelector(".p-head select");
    this.canvas = root.querySelector("canvas");
    this.layer = this.head = 0;
    this.row = -1;
    this.layerPick.onchange = () => this.look(Number(this.layerPick.value), this.head);
    this.headPick.onchange = () => this.look(this.layer, Number(this.headPick.value));
    const over = (e) => {
      const chip = e.target.closest?.(".tok");
      if (chip) this.choose([...this.tokens.children].indexOf(chip));
    };
    this.tokens.addEventListener("pointerover", over);
    this.tokens.addEventListener("pointerdown", over);
    this.tokens.addEventListener("keydown", (e) => {
      const to = arrowTo(e.key, this.row, this.count);
      if (to === null) return;
      e.preventDefault();
      this.choose(to);
      this.tokens.children[to].scrollIntoView({ block: "nearest" });
    });
    const onCanvas = (e) => {
      const box = this.canvas.getBoundingClientRect();
      const row = Math.floor((e.clientY - box.top - this.head0) / this.cell);
      const column = Math.floor((e.clientX - box.left - this.left0) / this.cell);
      if (row >= 0 && row < this.count) this.choose(row, column >= 0 && column <= row ? column : -1);
    };
    this.canvas.addEventListener("pointermove", onCanvas);
    this.canvas.addEventListener("pointerdown", onCanvas);
    new ResizeObserver(() => this.maps && this.paint()).observe(this.grid);
  }

  async update(data) {
    this.data = data;
    this.labels = data.labels;
    say(this.message, data.message ?? "");
    this.words();
    if (this.key !== data.weights_z) {
      const first = this.key === undefined;
      this.key = data.weights_z;
      if (!data.weights_z) { this.maps = null; return; }
      const maps = await unpack(data.weights_z);
      if (this.key !== data.weights_z) return; // newer data came meanwhile
      this.maps = maps;
      this.count = data.tokens.length;
      this.row = this.count - 1;
      this.fillPickers(first);
      this.tokens.replaceChildren(...data.tokens.map((text, i) => {
        const chip = el("span", "tok", visible(text).replace(/␣/g, " "));
        chip.id = `tok-${i}`;
        chip.setAttribute("role", "option");
        return chip;
      }));
    }
    if (this.maps) this.draw();
  }

  words() {
    const { labels } = this;
    say(this.root.querySelector(".p-layer span"), labels.layer);
    say(this.root.querySelector(".p-head span"), labels.head);
    say(this.root.querySelector(".lo"), "0 %");
    say(this.root.querySelector(".hi"), "100 %");
    say(this.root.querySelector(".axes"), labels.axes);
    this.tokens.setAttribute("aria-label", labels.tokens);
    this.canvas.setAttribute("aria-label", labels.matrix);
  }

  fillPickers(first) {
    const options = (count) => Array.from({ length: count }, (_, i) => {
      const option = el("option", "", String(i));
      option.value = i;
      return option;
    });
    if (first) [this.layer, this.head] = [this.data.layer ?? 0, this.data.head ?? 0];
    this.layer = Math.min(this.layer, this.data.n_layers - 1);
    this.head = Math.min(this.head, this.data.n_heads - 1);
    this.layerPick.replaceChildren(...options(this.data.n_layers));
    this.headPick.replaceChildren(...options(this.data.n_heads));
    this.layerPick.value = this.layer;
    this.headPick.value = this.head;
  }

  look(layer, head) {
    Object.assign(this, { layer, head });
    this.draw();
    this.onLook?.({ layer, head });
  }

  choose(row, column = -1) {
    if (row === this.row && column === this.column) return;
    Object.assign(this, { row, column });
    this.draw();
  }

  share(row, column) {
    const at = ((this.layer * this.data.n_heads + this.head) * this.count + row) * this.count + column;
    return this.maps[at] / this.data.scale;
  }

  draw() {
    const { labels, data, row } = this;
    [...this.tokens.children].forEach((chip, i) => {
      const share = i <= row ? this.share(row, i) : 0;
      chip.className = `tok${i === row ? " on" : ""}${i > row ? " later" : ""}`;
      chip.setAttribute("aria-selected", String(i === row));
      chip.style.setProperty("--w", `${share * 100}%`);
      chip.style.setProperty("--tone", `${Math.sqrt(share) * 34}%`);
      chip.setAttribute("aria-label", i <= row ? `${data.tokens[i]} ${percent(share)}` : data.tokens[i]);
    });
    this.tokens.setAttribute("aria-activedescendant", `tok-${row}`);
    const order = Array.from({ length: row + 1 }, (_, i) => i).sort((a, b) => this.share(row, b) - this.share(row, a));
    const named = (i) => el("span", "", `${quoted(data.tokens[i])} ${percent(this.share(row, i))}`);
    this.detail.replaceChildren(el("b", "", fill(labels.looks, { token: quoted(data.tokens[row]) })), " ",
      ...(this.column >= 0 ? [named(this.column)] : order.slice(0, 5).map(named)));
    this.table.replaceChildren(tableOf(fill(labels.looks, { token: data.tokens[row] }), [labels.token, labels.share],
      order.map((i) => [data.tokens[i], percent(this.share(row, i))])));
    this.paint();
  }

  paint() {
    const { count, canvas } = this;
    const style = getComputedStyle(this.root);
    const [ink, soft, kv, line] = ["--ink", "--soft", "--kv", "--line"].map((name) => style.getPropertyValue(name).trim());
    const width = this.grid.clientWidth;
    const tallest = 560 / count; // px, so that a long sentence still fits the screen
    const names = Math.min(width / count, tallest) >= 12;
    const context = canvas.getContext("2d");
    const font = `12px ${style.getPropertyValue("--lab-font") || "sans-serif"}`;
    context.font = font;
    const clip = (text) => { const t = visible(text).replace(/␣/g, " ").trim() || "␣"; return t.length > 12 ? `${t.slice(0, 11)}…` : t; };
    const long = names ? Math.max(...this.data.tokens.map((text) => context.measureText(clip(text)).width)) : 0;
    const side = names ? Math.min(long + 10, width * 0.28) : 2;
    this.cell = Math.max(3, Math.min(26, tallest, (width - side - 4) / count));
    const legible = names && this.cell >= 12;
    this.left0 = legible ? side : 2;
    this.head0 = legible ? Math.min(long, 90) * 0.75 + 14 : 2;
    if (!legible) this.cell = Math.max(3, Math.min(26, tallest, (width - 4) / count));
    const [w, h] = [Math.min(width, this.left0 + this.cell * count + (legible ? this.head0 * 0.6 : 2)), this.head0 + this.cell * count + 2];
    const ratio = devicePixelRatio || 1;
    Object.assign(canvas, { width: w * ratio, height: h * ratio });
    Object.assign(canvas.style, { width: `${w}px`, height: `${h}px` });
    context.scale(ratio, ratio);
    context.font = font;
    const gap = this.cell > 8 ? 1 : 0.3;
    for (let i = 0; i < count; i++)
      for (let j = 0; j <= i; j++) {
        const [x, y, size] = [this.left0 + j * this.cell, this.head0 + i * this.cell, this.cell - gap];
        context.globalAlpha = 1;
        context.fillStyle = line;
        context.globalAlpha = 0.4;
        context.fillRect(x, y, size, size);
        context.globalAlpha = Math.sqrt(this.share(i, j));
        context.fillStyle = kv;
        context.fillRect(x, y, size, size);
      }
    context.globalAlpha = 1;
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    if (this.row >= 0) context.strokeRect(this.left0 - 1, this.head0 + this.row * this.cell - 1, (this.row + 1) * this.cell + 1, this.cell + 1);
    if (!legible) return;
    context.textBaseline = "middle";
    this.data.tokens.forEach((text, i) => {
      context.fillStyle = i === this.row ? ink : soft;
      context.textAlign = "right";
      context.fillText(clip(text), this.left0 - 6, this.head0 + (i + 0.5) * this.cell, this.left0 - 8);
      if (this.cell < 15 && i !== this.column) return;
      context.fillStyle = i === this.column ? ink : soft;
      context.save();
      context.translate(this.left0 + (i + 0.5) * this.cell, this.head0 - 5);
      context.rotate(-Math.PI / 4);
      context.textAlign = "left";
      context.fillText(clip(text), 0, 0, 90);
      context.restore();
    });
  }
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  if (!data) return undefined;
  const map = living(parentElement, AttentionMap);
  dress(map.root, parentElement, data);
  map.onLook = data.report ? (value) => setStateValue("look", value) : null;
  if (isNew(map, data)) map.update(data);
  return undefined;
}
