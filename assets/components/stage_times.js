// Stages of a pipeline over time: which piece each works on, ruled where it waits. Contract: pages/ui/stage_times.py.
export default function ({ data, parentElement }) {
  if (!data) return;
  const root = parentElement.querySelector(".stage-times");
  dress(root, parentElement, data);
  const { stages, end, labels } = data;
  say(root.querySelector(".name"), data.title);
  root.querySelector(".note").replaceChildren(...(data.badges ?? []).map(badgeEl));
  say(root.querySelector(".message"), data.message ?? "");
  say(root.querySelector(".axis span"), end ? "0" : "");
  say(root.querySelector(".axis .end"), end ? duration(end * 1e3) : "");
  root.querySelector(".rows").replaceChildren(...stages.map((stage) => {
    const row = el("div", "row");
    const track = el("div", "track");
    for (const [micro, start, stop] of stage.spans) {
      const piece = el("div", "piece", String(micro + 1));
      piece.title = fill(labels.piece, { micro: micro + 1, from: duration(start * 1e3), to: duration(stop * 1e3) });
      piece.style.left = `${start / end * 100}%`;
      piece.style.width = `${(stop - start) / end * 100}%`;
      track.append(piece);
    }
    row.append(el("span", "", stage.label), track);
    return row;
  }));
  root.querySelector(".table").replaceChildren(tableOf(data.title, [labels.stage, labels.micro, labels.start, labels.stop],
    stages.flatMap((stage) => stage.spans.map(([micro, start, stop]) =>
      [stage.label, micro + 1, duration(start * 1e3), duration(stop * 1e3)]))));
}
