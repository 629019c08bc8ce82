// The stages of inference. Data contract: pages/ui/stage_flow.py.

const STAGES = ["text", "bytes", "ids", "embedding", "layers", "logits", "token"];

class StageFlow {
  constructor(root) {
    this.root = root;
    for (const name of ["status", "steps", "now", "stages", "panel"]) this[name] = root.querySelector(`.${name}`);
    this.range = root.querySelector("input");
    this.step = 0;
    this.stage = "bytes"; // the one stage that needs no run; moves to the layers with the first step
    this.chosen = false;
    this.layer = 0;
    this.cards = STAGES.map((name) => this.card(name));
    this.stages.append(...this.cards.map((card) => card.node));
    this.stages.addEventListener("keydown", (e) => {
      const to = arrowTo(e.key, STAGES.indexOf(this.stage), STAGES.length);
      if (to === null) return;
      e.preventDefault();
      this.choose(STAGES[to]);
      this.cards[to].node.focus();
    });
    this.range.addEventListener("input", () => this.goTo(Number(this.range.value)));
    this.steps.addEventListener("pointerdown", (e) => {
      const bar = e.target.closest(".step");
      if (bar && !bar.classList.contains("wait")) this.goTo([...this.steps.children].indexOf(bar));
    });
  }

  card(name) {
    const node = el("button", "stage");
    node.type = "button";
    node.setAttribute("role", "tab");
    const parts = {};
    for (const part of ["name", "shape", "bytes", "flops", "ms", "share"]) {
      parts[part] = el("span", `${part}${part === "bytes" || part === "flops" ? " fact" : ""} num`);
      node.append(parts[part]);
    }
    node.onclick = () => this.choose(name);
    return { name, node, parts };
  }

  update(data) {
    if (data.run !== this.run) Object.assign(this, { step: 0, layer: 0, run: data.run });
    this.data = data;
    this.labels = data.labels;
    if (!this.chosen) this.stage = data.steps.length ? "layers" : "bytes";
    say(this.status, data.message ?? "");
    this.stages.setAttribute("aria-label", this.labels.stages);
    this.range.setAttribute("aria-label", this.labels.scrub);
    this.drawSteps();
    this.draw();
  }

  goTo(step) {
    this.step = step;
    this.drawSteps();
    this.draw();
  }

  choose(stage) {
    this.chosen = true;
    this.stage = stage;
    this.draw();
  }

  drawSteps() {
    const steps = this.data.steps;
    const times = steps.map((step) => step.ms);
    const middle = median(steps.filter((step) => step.phase === "decode").map((step) => step.ms));
    const cap = middle ? 2 * middle : Math.max(1, ...times);
    const count = Math.max(steps.length, this.data.expect_steps ?? 12);
    const running = !["done", "failed", "cancelled"].includes(this.data.state);
    const shown = running ? count : steps.length || count;
    while (this.steps.childElementCount > shown) this.steps.lastChild.remove();
    while (this.steps.childElementCount < shown) {
      const bar = el("div", "step wait");
      bar.append(el("b", "num"), el("i"));
      this.steps.append(bar);
    }
    this.root.style.setProperty("--n", shown);
    this.steps.style.setProperty("--cap", cap);
    [...this.steps.children].forEach((bar, i) => {
      const step = steps[i];
      bar.className = `step ${step?.phase ?? "wait"}${i === this.step && step ? " on" : ""}${step && step.ms > cap * 1.001 ? " broken" : ""}`;
      bar.style.setProperty("--ms", step?.ms ?? cap * (i ? 0.45 : 0.95));
      say(bar.firstChild, step ? duration(step.ms) : "");
    });
    this.range.max = Math.max(0, steps.length - 1);
    this.range.value = this.step;
    this.range.disabled = steps.length < 2;
    this.range.closest(".scrub").style.visibility = steps.length < 2 ? "hidden" : "";
    this.range.closest(".scrub").style.marginRight = `calc(100% - 100% * ${steps.length - 0.5} / ${shown} - 8px)`;
    this.range.style.setProperty("--p", `${this.step / Math.max(1, steps.length - 1) * 100}%`);
  }

  draw() {
    const { labels, data } = this;
    const step = data.steps[this.step];
    this.root.dataset.phase = step?.phase ?? "prefill";
    const title = step ? fill(labels[step.phase === "prefill" ? "step_prefill" : "step_decode"], { n: this.step, tokens: step.tokens_in }) : labels.no_step;
    const facts = step ? [fill(labels.context, { n: step.context }), duration(step.ms),
      step.predicted_ms ? fill(labels.predicted, { ms: duration(step.predicted_ms) }) : "",
      step.chosen ? fill(labels.gives, { token: step.chosen.control ? step.chosen.text : quoted(step.chosen.text) }) : ""] : [];
    this.now.replaceChildren(el("b", "", title), ...facts.filter(Boolean).map((fact) => el("span", "", fact)));
    this.range.setAttribute("aria-valuetext", [title, ...facts].filter(Boolean).join(", "));
    for (const card of this.cards) this.drawCard(card, step);
    const key = JSON.stringify([this.stage, this.step, this.layer, step, this.labels.stages, data.text]);
    if (key !== this.panelKey) this.drawPanel(step);
    this.panelKey = key;
  }

  drawCard({ name, node, parts }, step) {
    const stage = step?.stages?.[name] ?? (step || this.data.steps.length ? null : this.data.stages?.[name]);
    const on = this.stage === name;
    node.setAttribute("aria-selected", String(on));
    node.tabIndex = on ? 0 : -1;
    say(parts.name, this.labels[`stage_${name}`]);
    const shape = stage?.shape ?? "";
    say(parts.shape, name === "text" && shape ? fill(this.labels.characters, { n: shape }) : shape);
    say(parts.bytes, stage?.bytes ? fill(this.labels.bytes, { bytes: bytesText(stage.bytes) }) : "");
    say(parts.flops, stage?.flops ? flopText(stage.flops) : "");
    say(parts.ms, stage?.ms != null ? duration(stage.ms) : name === "text" || name === "bytes" ? "" : "–");
    parts.share.style.setProperty("--p", `${step && stage?.ms ? Math.min(100, stage.ms / step.ms * 100) : 0}%`);
  }

  drawPanel(step) {
    const hadFocus = this.panel.getRootNode().activeElement?.classList?.contains("layers");
    const name = this.stage;
    const parts = this[`panel_${name}`](step);
    const note = this.labels[`note_${name}`];
    this.panel.setAttribute("aria-label", this.labels[`stage_${name}`]);
    this.panel.replaceChildren(el("h4", "", this.labels[`title_${name}`]), ...parts, ...(note ? [el("p", "", note)] : []));
    if (hadFocus) this.panel.querySelector(".layers")?.focus();
  }

  blank() {
    return [el("div", "blank", this.labels.later)];
  }

  inputs(step) { // prefill reads the prompt, a decode step the token before it
    if (!step || step.phase === "prefill") return this.data.tokens ?? [];
    const before = this.data.steps[this.step - 1]?.chosen;
    return before ? [before] : [];
  }

  panel_text(step) {
    if (!step || step.phase === "prefill") return [el("div", "plain", this.data.text || "")];
    return [el("div", "plain", this.inputs(step).map((token) => token.text).join(""))];
  }

  panel_bytes(step) {
    const text = !step || step.phase === "prefill" ? this.data.text : this.inputs(step).map((token) => token.text).join("");
    const encoder = new TextEncoder();
    const chips = [...(text ?? "")].slice(0, 240).map((character) => {
      const chip = el("span", "chip");
      const raw = [...encoder.encode(character)].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
      chip.append(el("span", "word", visible(character)), el("span", "raw", raw));
      return chip;
    });
    const box = el("div", "chips");
    box.append(...chips);
    return chips.length ? [box] : this.blank();
  }

  panel_ids(step) {
    const tokens = this.inputs(step);
    if (!tokens.length) return this.blank();
    const box = el("div", "chips");
    box.append(...tokens.slice(0, 240).map((token) => {
      const chip = el("span", "chip");
      chip.append(el("span", "word", visible(token.text)), el("span", "id", String(token.id)));
      if (token.bytes?.length) chip.append(el("span", "raw", token.bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")));
      return chip;
    }));
    return [box];
  }

  panel_embedding(step) {
    if (!step?.rows?.length) return this.blank();
    const width = step.rows[0].values.length;
    const head = [this.labels.token, ...Array.from({ length: width }, (_, i) => `[${i}]`), "…"];
    const scroll = el("div", "scroll");
    scroll.append(tableOf("", head, step.rows.map((row) => [`${row.position} ${quoted(row.text)}`, ...row.values.map((v) => (v < 0 ? "−" : "") + Math.abs(v).toFixed(3)), "…"])));
    return [scroll];
  }

  panel_layers(step) {
    const layers = step?.layers ?? [];
    if (!layers.length) return this.blank();
    this.layer = Math.min(this.layer, layers.length - 1);
    const middle = median(layers.map((layer) => layer.ms));
    const cap = Math.max(...layers.map((layer) => layer.ms), middle * 1.25);
    const box = el("div", "layers");
    box.tabIndex = 0;
    box.setAttribute("role", "slider");
    box.setAttribute("aria-label", this.labels.layers);
    box.setAttribute("aria-valuemin", 0);
    box.setAttribute("aria-valuemax", layers.length - 1);
    box.style.setProperty("--cap", cap);
    const bars = layers.map((layer) => {
      const bar = el("div");
      bar.append(el("i"));
      bar.style.setProperty("--ms", layer.ms);
      return bar;
    });
    const line = el("div", "middle");
    line.style.bottom = `${middle / cap * 100}%`;
    box.append(...bars, line);
    const under = el("div", "under num");
    under.append(el("span", "", fill(this.labels.layer, { n: 0 })), el("span", "", fill(this.labels.middle, { ms: duration(middle) })), el("span", "", fill(this.labels.layer, { n: layers.length - 1 })));
    const detail = el("p", "num");
    const point = (i) => {
      bars[this.layer].classList.remove("on");
      this.layer = i;
      bars[i].classList.add("on");
      const layer = layers[i];
      const text = [fill(this.labels.layer, { n: i }), duration(layer.ms), fill(this.labels.against, { ratio: (layer.ms / middle).toFixed(2) }),
        layer.predicted_ms ? fill(this.labels.predicted, { ms: duration(layer.predicted_ms) }) : "", layer.shape,
        layer.bytes ? fill(this.labels.bytes, { bytes: bytesText(layer.bytes) }) : "", layer.flops ? flopText(layer.flops) : ""].filter(Boolean).join("  ·  ");
      say(detail, text);
      box.setAttribute("aria-valuenow", i);
      box.setAttribute("aria-valuetext", text);
    };
    box.onpointermove = box.onpointerdown = (e) => {
      const at = box.getBoundingClientRect();
      point(Math.min(layers.length - 1, Math.max(0, Math.floor((e.clientX - at.left) / at.width * layers.length))));
    };
    box.onkeydown = (e) => {
      const to = arrowTo(e.key, this.layer, layers.length);
      if (to !== null) { e.preventDefault(); point(to); }
    };
    point(this.layer);
    return [box, under, detail];
  }

  panel_logits(step) {
    const top = step?.top ?? [];
    if (!top.length) return this.blank();
    const most = Math.max(...top.map((token) => token.prob));
    return top.slice(0, 8).map((token) => {
      const row = el("div", `top-row${token.id === step.chosen?.id ? " chosen" : ""}`);
      const track = el("div", "track");
      const bar = el("i");
      bar.style.width = `${token.prob / most * 100}%`;
      track.append(bar);
      row.append(el("span", "word", quoted(token.text)), el("span", "num soft", (token.logit < 0 ? "−" : "") + Math.abs(token.logit).toFixed(2)), track, el("span", "num", percent(token.prob)));
      return row;
    });
  }

  panel_token(step) {
    if (!step?.chosen) return this.blank();
    const { text, id, prob, control } = step.chosen;
    return [el("div", "big", control ? text : quoted(text)),
      el("p", "num", [fill(this.labels.chosen_id, { id }), prob != null ? fill(this.labels.chosen_prob, { prob: percent(prob) }) : ""].filter(Boolean).join("  ·  "))];
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const flow = living(parentElement, StageFlow);
  dress(flow.root, parentElement, data);
  if (isNew(flow, data)) flow.update(data);
  return undefined;
}
