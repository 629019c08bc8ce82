// The next-token distribution. Data contract: pages/ui/distribution.py.

class Distribution {
  constructor(root) {
    this.root = root;
    for (const name of ["sum", "rows", "legend"]) this[name] = root.querySelector(`.${name}`);
    this.facts = ["kept", "entropy"].map(() => {
      const fact = el("span");
      const text = el("span");
      fact.append(el("b"), text);
      this.sum.append(fact);
      return fact;
    });
    this.lines = [];
  }

  row(index) {
    this.lines[index] ??= (() => {
      const node = el("div", "row");
      node.setAttribute("role", "listitem");
      const parts = { word: el("span", "word"), track: el("span", "track"), bar: el("i", "bar"), was: el("i", "was"), value: el("span", "value") };
      parts.track.append(parts.was, parts.bar);
      node.append(parts.word, parts.track, parts.value);
      this.rows.append(node);
      return { node, parts };
    })();
    return this.lines[index];
  }

  update({ rows, rest, kept, vocab_size, entropy_bits, chosen, labels }) {
    const widest = Math.max(...rows.map((row) => Math.max(row.prob, row.before)), rest.prob, rest.before, 1e-9);
    const scale = Math.ceil(widest * 10) / 10; // steps of 10 %, so that bars do not jump with every nudge
    const width = (share) => `${Math.min(100, share / scale * 100)}%`;
    const many = kept.toLocaleString("en-US");
    say(this.facts[0].firstChild, many);
    say(this.facts[0].lastChild, fill(labels.kept, { n: many, vocab: vocab_size.toLocaleString("en-US") }));
    this.facts[1].hidden = entropy_bits == null;
    if (entropy_bits != null) {
      say(this.facts[1].firstChild, entropy_bits.toFixed(2));
      say(this.facts[1].lastChild, labels.entropy);
    }
    rows.forEach((row, i) => {
      const cut = i >= kept;
      const { node, parts } = this.row(i);
      node.className = `row${cut ? " cut" : ""}${row.id === chosen ? " chosen" : ""}${cut && i === kept ? " edge" : ""}`;
      node.dataset.edge = cut && i === kept ? labels.edge : "";
      say(parts.word, quoted(row.text));
      parts.word.title = `${row.text} · ${row.id}`;
      parts.bar.style.width = width(row.prob);
      parts.was.style.width = width(row.before);
      say(parts.value, cut ? fill(labels.cut, { share: percent(row.before) }) : percent(row.prob));
    });
    const { node, parts } = this.row(rows.length);
    const restCut = kept <= rows.length;
    node.className = `row rest${restCut ? " cut" : ""}`;
    say(parts.word, fill(labels.rest, { n: rest.count.toLocaleString("en-US") }));
    parts.bar.style.width = width(rest.prob);
    parts.was.style.width = width(rest.before);
    say(parts.value, restCut ? fill(labels.cut, { share: percent(rest.before) }) : percent(rest.prob));
    while (this.lines.length > rows.length + 1) this.lines.pop().node.remove();
    this.rows.setAttribute("aria-label", labels.rows);
    say(this.legend, kept <= rows.length ? labels.legend : "");
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const part = living(parentElement, Distribution);
  dress(part.root, parentElement, data);
  if (isNew(part, data)) part.update(data);
  return undefined;
}
