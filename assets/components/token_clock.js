// The token clock. Data contract: pages/ui/token_clock.py.

// A decode step this many times the upper quartile is marked: what a quarter of them do is no outlier.
const SLOW = 1.35;
const CALM_STATES = new Set(["idle", "queued", "loading"]);

class TokenClock {
  constructor(root) {
    this.root = root;
    const find = (name) => root.querySelector(`.${name}`);
    for (const name of ["message", "prompt", "answer", "plot", "bars", "axis", "detail", "stats"])
      this[name] = find(name);
    this.range = find("scrub").querySelector("input");
    this.replayButton = find("replay");
    this.live = find("live");
    this.table = find("table");
    this.build();
    this.listen();
    this.reset();
    this.observer = new ResizeObserver(() => this.data && this.placeLabels());
    this.observer.observe(this.plot);
  }

  build() {
    this.caret = el("span", "caret");
    this.skeleton = el("div", "skeleton");
    for (let i = 0; i < 46; i++) {
      const dash = el("i");
      dash.style.width = `${16 + ((i * 37) % 53)}px`;
      this.skeleton.append(dash);
    }
    this.marks = {};
    for (const name of ["tokenize", "prefill", "decode", "bound-label"]) {
      this.marks[name] = el("div", `label num ${name}`);
      this.plot.append(this.marks[name]);
    }
    this.bound = el("div", "bound");
    this.playhead = el("div", "playhead");
    this.plot.querySelector(".frame").append(this.bound);
    this.bars.append(this.playhead);
  }

  listen() {
    this.plot.addEventListener("pointermove", (e) => this.point(this.atX(e.clientX)));
    this.plot.addEventListener("pointerdown", (e) => this.point(this.atX(e.clientX), true));
    this.plot.addEventListener("pointerleave", () => this.point(this.pinned));
    this.plot.addEventListener("focus", () => {
      if (this.active < 0 && this.plot.matches(":focus-visible")) this.point(this.first(), true);
    });
    this.plot.addEventListener("blur", () => this.point(-1, true));
    this.plot.addEventListener("keydown", (e) => this.onKey(e));
    this.answer.addEventListener("pointerover", (e) => {
      const token = e.target.closest?.(".token");
      if (token) this.point(Number(token.dataset.i));
    });
    this.answer.addEventListener("pointerdown", (e) => {
      const token = e.target.closest?.(".token");
      if (token) this.point(Number(token.dataset.i), true);
    });
    this.answer.addEventListener("pointerleave", () => this.point(this.pinned));
    this.range.addEventListener("input", () => {
      this.stop();
      this.scrubTo(Number(this.range.value));
    });
    this.range.addEventListener("keydown", (e) => this.onScrubKey(e));
    this.replayButton.addEventListener("click", () => (this.frame ? this.stop(true) : this.replay()));
  }

  reset() {
    this.stop();
    this.run = null;
    this.events = []; // what has been drawn: {event, bar, token}
    this.active = this.pinned = -1;
    this.inked = Infinity;
    this.t = this.cap = 0;
    this.bars.querySelectorAll(".bar, .label.slow").forEach((node) => node.remove());
    this.answer.replaceChildren(this.skeleton, this.caret);
    this.prompt.replaceChildren();
    this.promptKey = "";
    this.table.replaceChildren();
    this.tableKey = "";
    this.announced = "";
  }

  update(data) {
    const events = data.events ?? [];
    if (this.isNewRun(data, events)) this.reset();
    this.run = data.run ?? "";
    this.data = data;
    this.labels = data.labels;
    this.root.dataset.state = data.state;
    this.over = ["done", "failed", "cancelled"].includes(data.state) && events.length > 0;
    this.drawPrompt(data.prompt_tokens ?? []);
    events.slice(this.events.length).forEach((event, i) => this.add(event, i));
    this.scale();
    this.drawGhosts();
    this.drawStatic();
    this.drawStats(data.stats ?? []);
    this.announce();
    if (this.over && data.replay && this.replayed !== this.run) {
      this.replayed = this.run;
      this.replay();
    }
  }

  isNewRun(data, events) {
    const [mine, theirs] = [this.events[0]?.event, events[0]];
    return (this.run !== null && this.run !== (data.run ?? "")) || events.length < this.events.length ||
      Boolean(mine && (mine.start_ms !== theirs.start_ms || mine.end_ms !== theirs.end_ms));
  }

  // ---- drawing what is new -------------------------------------------------------------------

  drawPrompt(tokens) {
    const key = tokens.map((token) => token.id).join(",");
    if (key === this.promptKey) return;
    this.promptKey = key;
    this.prompt.replaceChildren(...tokens.slice(0, 400).map((token) => el("span", "", visible(token.text).replace(/␣/g, " "))));
  }

  add(event, order) {
    const i = this.events.length;
    const bar = el("div", `bar ${event.kind}`);
    bar.style.setProperty("--s", event.start_ms);
    bar.style.setProperty("--w", Math.max(0, event.end_ms - event.start_ms));
    if (!this.over) {
      bar.classList.add("fresh");
      bar.style.setProperty("--d", `${Math.min(order * 24, 200)}ms`);
    }
    this.bars.append(bar);
    this.events.push({ event, bar, token: event.token ? this.addToken(event, i) : null });
  }

  addToken(event, i) {
    const span = el("span", `token ${event.kind}${event.token.control ? " control" : ""}`);
    span.dataset.i = i;
    const parts = event.token.text.split("\n");
    parts.forEach((part, n) => {
      if (n) span.append(el("span", "break", "↵"), "\n");
      span.append(part);
    });
    const follow = this.answer.scrollHeight - this.answer.scrollTop - this.answer.clientHeight < 40;
    this.caret.before(span);
    if (follow && this.data.state === "running") this.answer.scrollTop = this.answer.scrollHeight;
    return span;
  }

  scale() {
    const steps = this.events.filter((e) => e.event.kind === "decode").map((e) => e.event.end_ms - e.event.start_ms);
    const middle = median(steps);
    this.middle = middle;
    const end = this.events.at(-1)?.event.end_ms ?? 0;
    const bound = this.data.bound_ms;
    const prefill = Math.max(0, ...this.events.filter((e) => e.event.kind === "prefill").map((e) => e.event.end_ms - e.event.start_ms));
    const cap = middle ? 2 * middle : bound ? 2.2 * bound : prefill || 60;
    if (!this.cap || Math.abs(cap / this.cap - 1) > (this.over ? 0 : 0.06)) this.cap = cap;
    this.t = this.span(end, middle, bound);
    this.total = end;
    this.bars.style.setProperty("--t", this.t);
    this.bars.style.setProperty("--cap", this.cap);
    const width = (this.bars.clientWidth || 700) * (middle ?? 30) / this.t;
    this.bars.style.setProperty("--gap", width > 9 ? "2px" : width > 4 ? "1px" : "0px");
    const usual = [...steps].sort((a, b) => a - b)[Math.floor(0.75 * (steps.length - 1))] ?? Infinity;
    for (const { event, bar, token } of this.events) {
      const took = event.end_ms - event.start_ms;
      const slow = event.kind === "decode" && steps.length >= 6 && took > SLOW * usual;
      bar.classList.toggle("slow", slow);
      bar.classList.toggle("broken", took > this.cap * 1.001);
      token?.classList.toggle("slow", slow);
    }
    this.drawAxis();
  }

  // The right end of the axis: fitted when the run is over; before, where it is likely to end.
  span(end, middle, bound) {
    if (this.over) return end * 1.01;
    const steps = this.events.filter((e) => e.event.token).length;
    const left = Math.max(0, (this.data.expect_tokens ?? 24) - steps);
    const likely = end ? end + left * (middle ?? bound ?? 30) : (bound ?? 30) * 28;
    if (this.t && likely <= this.t * 1.02 && likely > this.t * 0.6 && end) return this.t;
    return Math.max(likely * (end ? 1.05 : 1), end * 1.01);
  }

  drawAxis() {
    const inSeconds = this.t >= 3000;
    const step = niceStep(this.t, this.plot.clientWidth < 520 ? 4 : 6);
    const key = `${this.t} ${step}`;
    if (key === this.axisKey) return;
    this.axisKey = key;
    const ticks = [];
    for (let at = 0; at <= this.t * 0.97; at += step) ticks.push(at);
    this.axis.replaceChildren(...ticks.map((at, i) => {
      const number = inSeconds ? String(Number((at / 1000).toPrecision(3))) : String(Number(at.toPrecision(6)));
      const unit = i === 0 || i === ticks.length - 1 ? (inSeconds ? " s" : " ms") : "";
      const tick = el("span", `num${i ? "" : " first"}`, number + unit);
      tick.style.left = `${at / this.t * 100}%`;
      return tick;
    }), el("span", "name", this.labels.time ?? ""));
  }

  // Before the first token: the shape of what is to come, in the colour of the paper.
  drawGhosts() {
    const wanted = CALM_STATES.has(this.data.state) || (this.data.state === "running" && !this.events.length);
    const has = this.bars.querySelector(".ghost");
    this.root.classList.toggle("bare", !this.events.some((e) => e.token) && this.data.state !== "failed");
    if (!wanted || this.events.length) return this.bars.querySelectorAll(".ghost").forEach((node) => node.remove());
    const step = this.data.bound_ms ?? 30;
    if (has && this.ghostStep === step) return;
    this.ghostStep = step;
    this.bars.querySelectorAll(".ghost").forEach((node) => node.remove());
    for (let at = 0, i = 0; at + step < this.t; i++) {
      const bar = el("div", "bar ghost");
      const width = i ? step : 4 * step;
      bar.style.setProperty("--s", at);
      bar.style.setProperty("--w", width);
      this.bars.append(bar);
      at += width;
    }
  }

  drawStatic() {
    const { labels, data } = this;
    const running = data.state === "running" || data.state === "done";
    say(this.message, running && this.prompt.childElementCount ? (labels.prompt ?? "") : (data.message || (data.state === "idle" ? labels.idle : "")));
    this.prompt.hidden = !running || !this.prompt.childElementCount;
    this.plot.setAttribute("aria-label", labels.plot ?? "");
    this.range.setAttribute("aria-label", labels.scrub ?? "");
    this.range.closest(".scrub").classList.toggle("off", !this.over);
    this.replayButton.classList.toggle("off", !this.over);
    this.nameReplay();
    this.playhead.hidden = !this.over;
    this.range.max = this.total || 1;
    if (this.over && !this.frame && this.inked === Infinity) this.scrubTo(this.total);
    if (this.active < 0) this.showDetail();
    this.placeLabels();
  }

  placeLabels() {
    const { labels, data, marks } = this;
    const fit = this.bars.clientWidth / this.t;
    const of = (kind) => this.events.filter((e) => e.event.kind === kind).map((e) => e.event);
    const [tokenize, prefill, decode] = ["tokenize", "prefill", "decode"].map(of);
    const sum = (events) => events.reduce((ms, event) => ms + event.end_ms - event.start_ms, 0);
    const tell = (name, on, text) => {
      marks[name].hidden = !on;
      if (on) say(marks[name], text());
    };
    tell("tokenize", tokenize.length, () => fill(labels.tokenize, { ms: duration(sum(tokenize)) }));
    tell("prefill", prefill.length, () => fill(labels.prefill, { n: (data.prompt_count ?? (data.prompt_tokens ?? []).length).toLocaleString("en-US"), ms: duration(sum(prefill)) }));
    tell("decode", decode.length > 1, () => fill(labels.decode, { n: decode.length, ms: duration(this.middle) }));
    tell("bound-label", data.bound_ms, () => fill(labels.bound, { ms: duration(data.bound_ms) }));
    this.bound.hidden = !data.bound_ms;
    const px = data.bound_ms ? data.bound_ms / this.cap * this.bars.clientHeight : 0;
    this.bound.style.bottom = marks["bound-label"].style.bottom = `${px}px`;
    if (prefill.length) {
      const x = prefill[0].start_ms * fit;
      marks.prefill.style.left = `${Math.max(6, x)}px`;
      const before = tokenize.length ? marks.tokenize.offsetWidth + 18 : 0;
      const from = Math.max((decode[0]?.start_ms ?? 0) * fit, before);
      marks.decode.style.left = `${from}px`;
      marks.decode.classList.toggle("off", from + marks.decode.offsetWidth > this.plot.clientWidth);
    }
    this.labelSlow(fit);
  }

  // The slowest few steps carry their milliseconds; a label that would touch another is left out.
  labelSlow(fit) {
    const slow = this.events.filter((e) => e.bar.classList.contains("slow"))
      .sort((a, b) => (b.event.end_ms - b.event.start_ms) - (a.event.end_ms - a.event.start_ms)).slice(0, 4);
    const key = slow.map((e) => e.event.step).join() + fit + this.labels.slow + this.cap;
    if (key === this.slowKey) return;
    this.slowKey = key;
    this.bars.querySelectorAll(".label.slow").forEach((node) => node.remove());
    const taken = [];
    const prefillEnd = this.marks.prefill.hidden ? 0 : this.marks.prefill.offsetLeft + this.marks.prefill.offsetWidth;
    for (const { event } of slow) {
      const took = event.end_ms - event.start_ms;
      const label = el("div", "label num slow", fill(this.labels.slow, { ms: duration(took) }));
      this.bars.append(label);
      const half = label.offsetWidth / 2;
      const x = Math.min(Math.max((event.start_ms + took / 2) * fit, half), this.bars.clientWidth - half);
      const height = Math.min(1, took / this.cap);
      const touches = taken.some((other) => Math.abs(other - x) < 2 * half + 8);
      if (touches || (height > 0.95 && x - half < prefillEnd + 8)) { label.remove(); continue; }
      taken.push(x);
      label.style.left = `${x}px`;
      label.style.bottom = `calc(${height * 100}% + 2px)`;
    }
  }

  drawStats(stats) {
    const key = JSON.stringify(stats);
    if (key === this.statsKey) return;
    this.statsKey = key;
    this.stats.replaceChildren(...stats.map((stat) => {
      const box = el("div", "stat");
      const head = el("div", "head");
      head.append(el("span", "", stat.label));
      if (stat.badge) head.append(badgeEl(stat.badge));
      const value = el("div", "value num", stat.value);
      if (stat.unit && stat.value !== "–") value.append(el("small", "", stat.unit));
      const note = el("div", "note num", stat.note || null);
      if (stat.action) {
        const button = el("button", "link", stat.action.label);
        button.type = "button";
        button.onclick = () => this.onAction?.(stat.action.id);
        note.append(stat.note ? " " : "", button);
      }
      box.append(head, value, note);
      return box;
    }));
  }

  // ---- pointing and reading ------------------------------------------------------------------

  first() { return this.events.findIndex((e) => e.token); }

  atX(clientX) {
    const box = this.bars.getBoundingClientRect();
    const at = (clientX - box.left) / box.width * this.t;
    let best = -1;
    this.events.forEach(({ event }, i) => { if (event.start_ms <= at) best = i; });
    return best >= 0 && at > this.events[best].event.end_ms + this.t * 0.02 ? -1 : best;
  }

  point(i, pin = false) {
    if (pin) this.pinned = i;
    if (i === this.active) return;
    const light = (index, on) => {
      const item = this.events[index];
      if (!item) return;
      item.bar.classList.toggle("on", on);
      item.token?.classList.toggle("on", on);
      if (item.event.kind === "prefill") this.prompt.classList.toggle("on", on);
    };
    light(this.active, false);
    this.active = i;
    light(i, true);
    this.showDetail();
    const token = this.events[i]?.token;
    if (token && this.data.state !== "running") {
      const top = token.offsetTop - this.answer.offsetTop;
      if (top < this.answer.scrollTop || top > this.answer.scrollTop + this.answer.clientHeight - 34)
        this.answer.scrollTop = top - 34;
    }
  }

  describe({ event }) {
    const { labels } = this;
    const token = event.token;
    const name = token ? (token.text === "" ? labels.partial : token.control ? token.text : `“${visible(token.text)}”`)
      : labels[`kind_${event.kind}`];
    const facts = token ? [`${labels.id} ${token.id}`, `${labels.step} ${event.step}`] : [];
    if (token && event.kind === "prefill") facts.push(labels.kind_prefill);
    facts.push(duration(event.end_ms - event.start_ms), fill(labels.from, { ms: duration(event.start_ms) }));
    return { name: name ?? "", facts };
  }

  showDetail() {
    const item = this.events[this.active];
    this.plot.setAttribute("aria-valuemin", 0);
    this.plot.setAttribute("aria-valuemax", Math.max(0, this.events.length - 1));
    this.plot.setAttribute("aria-valuenow", Math.max(0, this.active));
    if (!item) {
      const text = this.over ? this.labels.hint : "";
      this.plot.setAttribute("aria-valuetext", text || this.data?.message || "");
      return say(this.detail, text ?? "");
    }
    const { name, facts } = this.describe(item);
    if (item.bar.classList.contains("slow")) facts.push(this.labels.slow_step);
    this.detail.replaceChildren(el("b", "", name), ...facts.map((fact) => el("span", "num", fact)));
    this.plot.setAttribute("aria-valuetext", [name, ...facts].join(", "));
  }

  onKey(e) {
    const last = this.events.length - 1;
    const to = { ArrowRight: this.active + 1, ArrowUp: this.active + 1, ArrowLeft: this.active - 1,
      ArrowDown: this.active - 1, Home: 0, End: last, Escape: -1 }[e.key];
    if (to === undefined || last < 0) return;
    e.preventDefault();
    this.point(e.key === "Escape" ? -1 : Math.min(last, Math.max(0, to)), true);
  }

  // ---- scrubbing and replay ------------------------------------------------------------------

  scrubTo(ms) {
    const until = ms >= this.total - 0.01 ? Infinity : ms;
    this.inked = until;
    for (const { event, bar, token } of this.events) {
      const future = event.end_ms > until;
      bar.classList.toggle("future", future);
      token?.classList.toggle("future", future);
    }
    const shown = this.events.filter((e) => e.token && e.event.end_ms <= until).length;
    this.playhead.style.setProperty("--p", `${ms / this.t * 100}%`);
    this.playhead.classList.toggle("off", until === Infinity);
    this.range.style.width = `calc((100% - 16px) * ${this.total / this.t} + 16px)`;
    this.range.value = ms;
    this.range.style.setProperty("--p", `${ms / (this.total || 1) * 100}%`);
    this.range.setAttribute("aria-valuetext", fill(this.labels.scrubbed, { n: shown, ms: duration(ms) }));
    if (this.active < 0 && until !== Infinity) say(this.detail, fill(this.labels.scrubbed, { n: shown, ms: duration(ms) }));
    else if (this.active < 0) this.showDetail();
  }

  onScrubKey(e) {
    const forward = { ArrowRight: true, ArrowUp: true, ArrowLeft: false, ArrowDown: false }[e.key];
    if (forward === undefined) return;
    e.preventDefault();
    this.stop();
    const now = Number(this.range.value);
    const ends = this.events.map((item) => item.event.end_ms);
    this.scrubTo(forward ? (ends.find((end) => end > now + 0.01) ?? this.total) : (ends.findLast((end) => end < now - 0.01) ?? 0));
  }

  replay() {
    this.stop();
    this.point(-1, true);
    this.answer.scrollTop = 0;
    const began = performance.now();
    const tick = () => {
      const now = performance.now() - began;
      this.scrubTo(Math.min(now, this.total));
      const last = this.events.findLast((e) => e.token && e.event.end_ms <= now)?.token;
      if (last) this.answer.scrollTop = Math.max(0, last.offsetTop - this.answer.offsetTop - this.answer.clientHeight + 40);
      if (now < this.total) this.frame = requestAnimationFrame(tick);
      else this.stop();
    };
    this.frame = requestAnimationFrame(tick);
    this.nameReplay();
  }

  stop(finish = false) {
    if (this.frame) cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (finish) this.scrubTo(this.total);
    if (this.labels) this.nameReplay();
  }

  nameReplay() {
    this.replayButton.classList.toggle("playing", Boolean(this.frame));
    say(this.replayButton, this.frame ? this.labels.stop : this.labels.replay);
    this.replayButton.title = this.labels.replay_long ?? "";
  }

  // ---- the text equivalent -------------------------------------------------------------------

  announce() {
    const { data, labels } = this;
    const started = data.state === "running" && this.events.length > 0;
    const key = started ? "running" : data.state;
    if (key !== this.announced && (started || this.over || data.state === "failed")) {
      this.announced = key;
      say(this.live, started ? (labels.started ?? "") : data.state === "done"
        ? (data.summary || (data.stats ?? []).map((s) => `${s.label} ${s.value} ${s.unit ?? ""}`).join("; "))
        : (data.message ?? ""));
    }
    if (!this.over || this.tableKey === labels.table) return;
    this.tableKey = labels.table;
    const row = (cells, tag) => {
      const tr = el("tr");
      tr.append(...cells.map((cell) => el(tag, "", cell)));
      return tr;
    };
    this.table.replaceChildren(el("caption", "", labels.table ?? ""),
      row([labels.token, labels.id, labels.step, labels.took, labels.start], "th"),
      ...this.events.map(({ event }) => row([
        event.token ? event.token.text : labels[`kind_${event.kind}`], event.token ? String(event.token.id) : "",
        String(event.step), duration(event.end_ms - event.start_ms), duration(event.start_ms)], "td")));
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!data) return undefined;
  const clock = living(parentElement, TokenClock);
  dress(clock.root, parentElement, data);
  clock.onAction = (id) => setTriggerValue("action", id);
  if (isNew(clock, data)) clock.update(data);
  return () => clock.stop();
}
