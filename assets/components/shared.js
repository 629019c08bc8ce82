// Shared by every component: the loader puts this file before the component's own.
// Text from learners, models and tokenizers only ever enters the page through textContent.

const CJK_FONTS = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei"';
const GENERIC_FONTS = /^(sans-serif|serif|system-ui|ui-sans-serif)$/i;

function el(tag, className = "", text = null) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  return node;
}

function svgEl(tag, attributes = {}, text = null) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== null) node.textContent = text;
  return node;
}

// Change text only where it differs, so that a repeated update costs nothing and moves nothing.
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function fill(template, values) {
  return String(template ?? "").replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? String(values[name]) : whole);
}

function rgb(colour) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})\b/i.exec(colour.trim());
  if (hex) {
    const full = hex[1].length === 3 ? [...hex[1]].map((c) => c + c).join("") : hex[1];
    return [0, 2, 4].map((i) => parseInt(full.slice(i, i + 2), 16)).concat(1);
  }
  const parts = colour.match(/[\d.]+/g);
  return parts && parts.length >= 3 ? [...parts.slice(0, 3).map(Number), Number(parts[3] ?? 1)] : null;
}

function isDark(colour) {
  const parts = rgb(colour);
  return parts !== null && 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] < 110;
}

// The colour that really lies behind the component: the first ancestor that paints one.
function surfaceBehind(host, fallback) {
  for (let node = host; node; node = node.parentElement ?? node.getRootNode()?.host) {
    const colour = getComputedStyle(node).backgroundColor;
    if ((rgb(colour)?.[3] ?? 0) > 0.9) return colour;
  }
  return fallback;
}

// Theme, surface, fonts and language of one component; runs on every update.
function dress(root, parentElement, data) {
  const host = parentElement.host ?? parentElement;
  const apply = () => {
    const style = getComputedStyle(host);
    const background = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
    const theme = isDark(background) ? "dark" : "light";
    if (root.dataset.theme !== theme) root.dataset.theme = theme;
    paint(root, "--surface", surfaceBehind(host, background));
    const named = style.fontFamily.split(",").map((name) => name.trim())
      .filter((name) => !GENERIC_FONTS.test(name));
    paint(root, "--lab-font", [...named, CJK_FONTS, "system-ui", "sans-serif"].join(", "));
  };
  apply();
  requestAnimationFrame(apply); // the page repaints its own background after we are called
  const lang = data?.lang === "zh" ? "zh-CN" : (data?.lang ?? "en");
  if (root.lang !== lang) root.lang = lang;
}

function paint(root, name, value) {
  if (root.style.getPropertyValue(name) !== value) root.style.setProperty(name, value);
}

// Every rerun of the page sends the same data again; drawing it again would only cost time.
function isNew(view, data) {
  const sent = JSON.stringify([data, view.root.dataset.theme]);
  if (view.sent === sent) return false;
  view.sent = sent;
  return true;
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function significant(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString("en-US", {
    maximumFractionDigits: Math.max(0, digits - 1 - size),
    minimumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.min(1, Math.max(0, digits - 1 - size)),
  });
}

// 0.42 ms, 31.2 ms, 112 ms, 2.31 s
function duration(ms) {
  return ms >= 1000 ? `${(ms / 1000).toFixed(ms >= 10000 ? 1 : 2)} s`
    : `${ms >= 100 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

function bytesText(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = count < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
  return `${significant(count / 1000 ** power)} ${units[power]}`.replace(/\.0 /, " ");
}

function flopText(count) {
  const units = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"];
  const power = count < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(count) / 3));
  return `${significant(count / 1000 ** power)} ${units[power]}`.replace(/\.0 /, " ");
}

function median(values) {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function niceStep(span, ticks) {
  const raw = span / ticks;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999);
}

// Spaces and line breaks of a token made visible, for detail lines and chips.
function visible(text) {
  return text.replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥");
}

function badgeEl(badge) {
  const node = el("span", "badge", badge.text);
  node.dataset.kind = badge.kind;
  return node;
}

// One live object per mounted component, kept on its root element across updates.
function living(parentElement, Kind) {
  const root = parentElement.querySelector(".lab");
  root.labPart ??= new Kind(root);
  return root.labPart;
}

// Where an arrow key leads in a list of `count`; null for any other key.
function arrowTo(key, index, count) {
  const to = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1,
    Home: 0, End: count - 1 }[key];
  return to === undefined || count === 0 ? null : Math.min(count - 1, Math.max(0, to));
}

function percent(share) {
  const value = share * 100;
  return `${value >= 99.95 ? "100" : value >= 10 ? value.toFixed(0) : value >= 0.1 || value === 0 ? value.toFixed(1) : "<0.1"} %`;
}

function quoted(text) {
  return `“${visible(text)}”`;
}

function tableOf(caption, head, rows) {
  const table = el("table");
  const line = (cells, tag) => {
    const tr = el("tr");
    tr.append(...cells.map((cell) => el(tag, "", String(cell))));
    return tr;
  };
  table.append(el("caption", "", caption), line(head, "th"), ...rows.map((row) => line(row, "td")));
  return table;
}
