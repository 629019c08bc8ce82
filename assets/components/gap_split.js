// A measured time and what it is made of: predicted parts and a rest that is not hidden.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".gap");
  dress(root, parentElement, data);
  const { parts, total, labels } = data;
  const positive = parts.filter((part) => part.ms > 0);
  const sum = positive.reduce((all, part) => all + part.ms, 0) || 1;
  root.querySelector(".bar").replaceChildren(...positive.map((part) => {
    const piece = el("span");
    piece.dataset.part = part.name;
    piece.style.flexGrow = part.ms / sum;
    return piece;
  }));
  const row = (name, ms, note, part) => {
    const line = el("tr");
    const head = el("th");
    head.scope = "row";
    if (part) {
      const swatch = el("span", "swatch");
      swatch.dataset.part = part;
      head.append(swatch);
    }
    head.append(document.createTextNode(name));
    if (note) head.append(el("small", "", note));
    line.append(head, el("td", "", (ms < 0 ? "−" : "") + duration(Math.abs(ms))));
    return line;
  };
  say(root.querySelector("caption"), labels.caption);
  root.querySelector("tbody").replaceChildren(...parts.map((part) =>
    row(part.label, part.ms, part.note, part.name)));
  root.querySelector("tfoot").replaceChildren(row(total.label, total.ms, total.note, null));
}
