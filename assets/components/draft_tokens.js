// An answer by rounds: which tokens came from the draft, which from the model, which were refused.
// Contract: pages/ui/draft_tokens.py.

class DraftTokens {
  constructor(root) {
    this.root = root;
    [this.message, this.note, this.flow, this.legend, this.stats, this.told] =
      ["message", "note", "flow", "legend", "stats", "told"].map((name) => root.querySelector(`.${name}`));
  }

  update(data) {
    this.data = data;
    say(this.message, data.message ?? "");
    this.note.replaceChildren(...(data.badges ?? []).map(badgeEl));
    if (this.run !== data.run || data.rounds.length < this.drawn) this.clear(data);
    for (const round of data.rounds.slice(this.drawn)) this.add(round);
    this.drawn = data.rounds.length;
    this.legend.replaceChildren(...["kept", "own", "lost"].map((kind) => this.entry(kind)));
    this.stats.replaceChildren(...data.stats.map((stat) => this.stat(stat)));
  }

  clear(data) {
    this.run = data.run;
    this.drawn = 0;
    this.flow.replaceChildren();
    this.told.replaceChildren();
  }

  add(round) {
    const labels = this.data.labels;
    const parts = round.kept.map((text) => el("span", "kept", this.shown(text)));
    if (round.lost.length) {
      parts.push(el("span", "lost", round.lost[0].replace("⏎", "↵")));
      if (round.lost.length > 1) parts.push(el("span", "more", `+${round.lost.length - 1}`));
    }
    if (round.own) parts.push(el("span", "own", this.shown(round.own)));
    if (this.drawn || this.flow.children.length) this.flow.append(el("span", "cut"));
    this.flow.append(...parts);
    this.told.append(el("li", "", fill(labels.round, {
      proposed: round.kept.length + round.lost.length, kept: round.kept.length,
      text: [...round.kept, round.own].join(""), lost: round.lost.join("") || "–",
    })));
  }

  shown(text) {
    return text === "⏎" ? "\n" : text.replaceAll("⏎", "\n");
  }

  entry(kind) {
    const item = el("li");
    const sample = this.data.labels[`${kind}_sample`];
    item.append(el("span", kind, sample), this.data.labels[kind]);
    return item;
  }

  stat(stat) {
    const box = el("div");
    box.append(el("dt", "", stat.label), el("dd", "", stat.value), el("dd", "", stat.note));
    return box;
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const view = living(parentElement, DraftTokens);
  dress(view.root, parentElement, data);
  if (isNew(view, data)) view.update(data);
  return undefined;
}
