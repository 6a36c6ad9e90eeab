// The picture and the table of a comparison: two tracks joined beat by beat, and the drift that adds up below them.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  const el = T.element;
  const SVG = "http://www.w3.org/2000/svg";
  const NARROWEST = 560;

  function svg(tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const SIGNS = { added: "+", removed: "\u2212", slower: "\u25b2", faster: "\u25bc", same: "=", unknown: "?" };

  T.comparisonPicture = function comparisonPicture(pairs, names) {
    const width = Math.max(NARROWEST, names.width - 2);
    const pad = 8;
    const ends = pairs.flatMap((pair) => [pair.left, pair.right]).filter(Boolean).map((beat) => beat.offset + (beat.duration || 0));
    const span = Math.max(1, ...ends);
    const x = (ms) => pad + (ms / span) * (width - 2 * pad);
    const tracks = { left: 24, right: 84 };
    const captions = { left: 16, right: 127 };
    const picture = svg("svg", { width: String(width), height: "268", class: "sl-tl-compare-picture", role: "img", "aria-label": `${names.left} above ${names.right}, beat by beat; the same facts are in the table below` });
    for (const side of ["left", "right"]) {
      const label = svg("text", { x: pad, y: captions[side], class: "sl-tl-caption" });
      label.textContent = names[side];
      picture.append(label);
    }
    for (const pair of pairs) if (pair.left && pair.right) {
      const [a, b] = [pair.left, pair.right];
      const points = [[x(a.offset), 52], [x(a.offset + (a.duration || 0)), 52], [x(b.offset + (b.duration || 0)), 84], [x(b.offset), 84]];
      picture.append(svg("polygon", { points: points.map((point) => point.join(",")).join(" "), class: `sl-tl-link-${pair.change}` }));
    }
    for (const pair of pairs) for (const side of ["left", "right"]) {
      const beat = pair[side];
      if (!beat) continue;
      const length = Math.max(2, x(beat.offset + (beat.duration || 0)) - x(beat.offset) - 1);
      const box = svg("rect", { x: x(beat.offset), y: tracks[side], width: length, height: 28, rx: 2, class: `sl-tl-box sl-tl-${side === "right" || !pair.right ? pair.change : "same"}${beat.status === "typical" ? " sl-tl-ghost" : ""}` });
      const tip = svg("title", {});
      tip.textContent = `${beat.title}: ${T.formatMs(beat.duration)} (${pair.change})`;
      box.append(tip);
      picture.append(box);
      if (length > 40) {
        const text = svg("text", { x: x(beat.offset) + 5, y: tracks[side] + 18, class: "sl-tl-boxtext" });
        const sign = side === "right" || !pair.right ? `${SIGNS[pair.change]} ` : "";
        text.textContent = (sign + beat.title).slice(0, Math.max(1, Math.floor((length - 8) / 6.4)));
        picture.append(text);
      }
    }
    drawDrift(picture, T.drifts(pairs), x, width);
    return picture;
  };

  function drawDrift(picture, points, x, width) {
    const top = 168;
    const bottom = 256;
    const most = Math.max(0, ...points.map((point) => point.drift));
    const least = Math.min(0, ...points.map((point) => point.drift));
    const range = Math.max(1, most - least);
    const y = (drift) => top + ((most - drift) / range) * (bottom - top);
    const caption = svg("text", { x: 8, y: 156, class: "sl-tl-caption" });
    const last = points.length ? points[points.length - 1].drift : 0;
    caption.textContent = points.length ? `Drift after each beat: ${last >= 0 ? "+" : "\u2212"}${T.formatMs(Math.abs(last))} at the last common beat` : "No beat in common: no drift";
    picture.append(caption, svg("line", { x1: 8, x2: width - 8, y1: y(0), y2: y(0), class: "sl-tl-zero" }));
    let path = `M${x(0)} ${y(0)}`;
    for (const point of points) path += `L${x(point.at)} ${y(point.drift)}`;
    picture.append(svg("path", { d: path, class: "sl-tl-drift" }));
    for (const point of points) {
      const dot = svg("circle", { cx: x(point.at), cy: y(point.drift), r: 3, class: "sl-tl-dot" });
      const tip = svg("title", {});
      tip.textContent = `after ${point.title}: ${point.drift >= 0 ? "+" : "\u2212"}${T.formatMs(Math.abs(point.drift))}`;
      dot.append(tip);
      picture.append(dot);
    }
  }

  T.comparisonTable = function comparisonTable(pairs) {
    const heads = ["Beat", "First, ms", "Second, ms", "Difference, ms", "Drift, ms", "Change"];
    const number = (value) => (value === null || value === undefined ? "\u2013" : value.toFixed(2));
    const signed = (value) => (value === null ? "\u2013" : `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(2)}`);
    const typical = (beat) => (beat.n === undefined ? "" : ` (n ${beat.n})`);
    const drifts = new Map(T.drifts(pairs).map((point) => [point.pair, point.drift]));
    const rows = pairs.map((pair) => el("tr", {},
      el("td", {}, (pair.right || pair.left).title),
      el("td", { className: "sl-number" }, pair.left ? number(pair.left.duration) + typical(pair.left) : "\u2013"),
      el("td", { className: "sl-number" }, pair.right ? number(pair.right.duration) : "\u2013"),
      el("td", { className: "sl-number" }, signed(pair.difference)),
      el("td", { className: "sl-number" }, signed(drifts.has(pair) ? drifts.get(pair) : null)),
      el("td", {}, el("span", { className: `sl-tl-change sl-tl-change-${pair.change}` }, `${SIGNS[pair.change]} ${pair.change}`))));
    const head = el("tr", {}, ...heads.map((text, place) => el("th", { scope: "col", className: place > 0 && place < 5 ? "sl-number" : "" }, text)));
    return el("div", { className: "sl-scroll", tabIndex: 0, role: "region", "aria-label": "Beat by beat" }, el("table", { className: "sl-tl-table" }, el("thead", {}, head), el("tbody", {}, ...rows)));
  };

  T.comparisonCounts = function comparisonCounts(pairs) {
    const counts = {};
    for (const pair of pairs) counts[pair.change] = (counts[pair.change] || 0) + 1;
    const words = ["slower", "faster", "added", "removed", "same"].filter((change) => counts[change]).map((change) => `${counts[change]} ${change === "same" ? "about the same" : change}`);
    return `${pairs.length} ${pairs.length === 1 ? "beat" : "beats"}: ${words.join(", ") || "nothing to compare"}.`;
  };
})();
