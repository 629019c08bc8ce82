// The time that is left, counted down here so that the page need not rerun every second.
// Contract: pages/ui/countdown.py.

class Countdown {
  constructor(root) {
    this.root = root;
    this.text = root.querySelector(".num");
  }

  update(data) {
    this.data = data;
    this.end = performance.now() + data.left_s * 1000;
    clearInterval(this.ticking);
    if (!data.paused) this.ticking = setInterval(() => this.tick(), 500);
    this.tick();
  }

  tick() {
    if (!this.root.isConnected) return clearInterval(this.ticking);
    const { labels, paused, left_s } = this.data;
    const left = paused ? left_s : (this.end - performance.now()) / 1000;
    const over = left < 0;
    const whole = over ? Math.floor(-left) : Math.ceil(left);
    const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    this.text.className = `num${over ? " over" : ""}${paused ? " still" : ""}`;
    say(this.text, fill(over ? labels.over : paused ? labels.paused : labels.left, { time }));
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const clock = living(parentElement, Countdown);
  dress(clock.root, parentElement, data);
  if (isNew(clock, data)) clock.update(data);
  return () => clearInterval(clock.ticking);
}
