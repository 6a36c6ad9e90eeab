// Two executions of one sequence side by side, aligned beat by beat: added, removed, slower, faster, and how far the
// second drifts from the first. The typical flow (median of each beat) can stand for either.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  const el = T.element;
  const SVG = "http://www.w3.org/2000/svg";
  // A change counts from a fifth of the duration on, and above the clock's millisecond.
  const SHARE = 0.2;
  const LEAST_MS = 1;
  const NARROWEST = 560;
  const MOST_CELLS = 4e6;

  function svg(tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  // A flow as [{key, title, offset, duration, status}], offsets from the flow's start.
  function beatsOf(model, flow) {
    const lane = model.byKind.beat;
    const start = model.byKind.flow.realStart[flow];
    const beats = [];
    if (lane) for (let index = 0; index < lane.count; index++) {
      if (lane.flow(index) === flow) beats.push({ key: lane.key(index), title: lane.name(index), offset: lane.realStart[index] - start, duration: lane.duration(index), status: lane.status(index), index });
    }
    return beats;
  }

  function ghostBeats(ghost, model) {
    let offset = 0;
    return ghost.beats.map(([key, title, n, median, start]) => {
      const beat = { key, title: model.strings[title], offset: start === null || !model.hasClock ? offset : start, duration: median, status: "typical", n };
      offset = beat.offset + (median || 0);
      return beat;
    });
  }

  // What is in both, in order: equal ends first, then the longest common subsequence of the beats' keys between them.
  T.align = function align(left, right) {
    const least = Math.min(left.length, right.length);
    let head = 0;
    while (head < least && left[head].key === right[head].key) head += 1;
    let tail = 0;
    while (tail < least - head && left[left.length - 1 - tail].key === right[right.length - 1 - tail].key) tail += 1;
    const both = (from, to, shift) => left.slice(from, to).map((beat, place) => ({ left: beat, right: right[from + shift + place] }));
    return [
      ...both(0, head, 0),
      ...alignMiddle(left.slice(head, left.length - tail), right.slice(head, right.length - tail)),
      ...both(left.length - tail, left.length, right.length - left.length),
    ].map(judge);
  };

  function alignMiddle(left, right) {
    // Too long to align exactly in a browser: what differs is shown as removed and added.
    if (left.length * right.length > MOST_CELLS) return [...left.map((beat) => ({ left: beat, right: null })), ...right.map((beat) => ({ left: null, right: beat }))];
    const table = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
    for (let a = left.length - 1; a >= 0; a--) for (let b = right.length - 1; b >= 0; b--) {
      table[a][b] = left[a].key === right[b].key ? table[a + 1][b + 1] + 1 : Math.max(table[a + 1][b], table[a][b + 1]);
    }
    const pairs = [];
    let a = 0;
    let b = 0;
    while (a < left.length || b < right.length) {
      if (a < left.length && b < right.length && left[a].key === right[b].key) pairs.push({ left: left[a++], right: right[b++] });
      else if (b >= right.length || (a < left.length && table[a + 1][b] >= table[a][b + 1])) pairs.push({ left: left[a++], right: null });
      else pairs.push({ left: null, right: right[b++] });
    }
    return pairs;
  }

  function judge(pair) {
    if (!pair.left) return { ...pair, change: "added", difference: pair.right.duration };
    if (!pair.right) return { ...pair, change: "removed", difference: pair.left.duration === null ? null : -pair.left.duration };
    if (pair.left.duration === null || pair.right.duration === null) return { ...pair, change: "unknown", difference: null };
    const difference = pair.right.duration - pair.left.duration;
    const isSame = Math.abs(difference) <= LEAST_MS || Math.abs(difference) <= SHARE * pair.left.duration;
    return { ...pair, change: isSame ? "same" : difference > 0 ? "slower" : "faster", difference };
  }

  const SIGNS = { added: "+", removed: "\u2212", slower: "\u25b2", faster: "\u25bc", same: "=", unknown: "?" };

  function drifts(pairs) {
    return pairs.filter((pair) => pair.left && pair.right).map((pair) => ({
      at: pair.right.offset + (pair.right.duration || 0),
      drift: pair.right.offset + (pair.right.duration || 0) - pair.left.offset - (pair.left.duration || 0),
      title: pair.right.title,
    }));
  }

  function draw(pairs, names) {
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
      const box = svg("rect", { x: x(beat.offset), y: tracks[side], width: length, height: 28, rx: 2, class: `sl-tl-box sl-tl-${side === "right" || !pair.right ? pair.change : "same"}` });
      const tip = svg("title", {});
      tip.textContent = `${beat.title}: ${T.formatMs(beat.duration)}${pair.left && pair.right ? ` (${pair.change})` : ` (${pair.change})`}`;
      box.append(tip);
      picture.append(box);
      if (length > 40) {
        const text = svg("text", { x: x(beat.offset) + 5, y: tracks[side] + 18, class: "sl-tl-boxtext" });
        const sign = side === "right" || !pair.right ? `${SIGNS[pair.change]} ` : "";
        text.textContent = (sign + beat.title).slice(0, Math.max(1, Math.floor((length - 8) / 6.4)));
        picture.append(text);
      }
    }
    drawDrift(picture, drifts(pairs), x, width);
    return picture;
  }

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

  function resultTable(pairs) {
    const heads = ["Beat", "First, ms", "Second, ms", "Difference, ms", "Change"];
    const number = (value) => (value === null || value === undefined ? "\u2013" : value.toFixed(2));
    const rows = pairs.map((pair) => el("tr", {},
      el("td", {}, (pair.right || pair.left).title),
      el("td", { className: "sl-number" }, pair.left ? number(pair.left.duration) : "\u2013"),
      el("td", { className: "sl-number" }, pair.right ? number(pair.right.duration) : "\u2013"),
      el("td", { className: "sl-number" }, pair.difference === null ? "\u2013" : `${pair.difference > 0 ? "+" : pair.difference < 0 ? "\u2212" : ""}${Math.abs(pair.difference).toFixed(2)}`),
      el("td", {}, el("span", { className: `sl-tl-change sl-tl-change-${pair.change}` }, `${SIGNS[pair.change]} ${pair.change}`))));
    const head = el("tr", {}, ...heads.map((text, place) => el("th", { scope: "col", className: place > 0 && place < 4 ? "sl-number" : "" }, text)));
    return el("div", { className: "sl-scroll", tabIndex: 0, role: "region", "aria-label": "Beat by beat" }, el("table", { className: "sl-tl-table" }, el("thead", {}, head), el("tbody", {}, ...rows)));
  }

  function summary(pairs) {
    const counts = {};
    for (const pair of pairs) counts[pair.change] = (counts[pair.change] || 0) + 1;
    const words = ["slower", "faster", "added", "removed", "same"].filter((change) => counts[change]).map((change) => `${counts[change]} ${change === "same" ? "about the same" : change}`);
    return `${pairs.length} ${pairs.length === 1 ? "beat" : "beats"}: ${words.join(", ") || "nothing to compare"}.`;
  }

  T.Compare = class Compare {
    constructor(model, box, actions) {
      Object.assign(this, { model, box, actions });
      this.first = el("select", { id: "sl-tl-first", onchange: () => this.show() });
      this.second = el("select", { id: "sl-tl-second", onchange: () => this.choose(Number(this.second.value)) });
      this.result = el("div", {});
      const fields = el("div", { className: "sl-tl-fields" },
        el("label", { htmlFor: "sl-tl-first" }, "Compare ", this.first), el("label", { htmlFor: "sl-tl-second" }, "with ", this.second));
      box.replaceChildren(fields, this.result);
      this.fillSecond();
      this.choose(this.furthest());
    }

    flowName(flow) {
      const lane = this.model.byKind.flow;
      return `${lane.name(flow)}, +${T.formatMoment(lane.realStart[flow], 1)}, ${T.formatMs(lane.duration(flow))}, ${lane.status(flow)}`;
    }

    fillSecond() {
      const lane = this.model.byKind.flow;
      const names = [...new Set(Array.from({ length: lane.count }, (_, flow) => lane.name(flow)))].sort();
      const groups = names.map((name) => el("optgroup", { label: name }));
      for (let flow = 0; flow < lane.count; flow++) groups[names.indexOf(lane.name(flow))].append(el("option", { value: String(flow) }, this.flowName(flow)));
      this.second.replaceChildren(...groups);
    }

    // The flow that is furthest from its typical duration is the one worth a look first.
    furthest() {
      const lane = this.model.byKind.flow;
      let best = 0;
      let most = -1;
      for (let flow = 0; flow < lane.count; flow++) {
        const typical = lane.typical(flow);
        const duration = lane.duration(flow);
        const distance = typical && duration !== null ? Math.abs(duration - typical[1]) : 0;
        if (distance > most) [most, best] = [distance, flow];
      }
      return best;
    }

    choose(flow) {
      const lane = this.model.byKind.flow;
      this.second.value = String(flow);
      const name = lane.name(flow);
      const ghost = this.model.ghosts.find((candidate) => this.model.strings[candidate.sequence] === name);
      const options = [];
      if (ghost) options.push(el("option", { value: "typical" }, `the typical flow (median of ${ghost.n})`));
      for (let other = 0; other < lane.count; other++) if (other !== flow && lane.name(other) === name) options.push(el("option", { value: String(other) }, this.flowName(other)));
      this.ghost = ghost;
      this.first.replaceChildren(...options);
      this.show();
    }

    show() {
      const flow = Number(this.second.value);
      const choice = this.first.value;
      if (!choice) {
        this.result.replaceChildren(el("p", { className: "sl-empty" }, "This is the only known flow of its sequence: there is nothing to compare it with."));
        return;
      }
      const left = choice === "typical" ? ghostBeats(this.ghost, this.model) : beatsOf(this.model, Number(choice));
      const right = beatsOf(this.model, flow);
      const pairs = T.align(left, right);
      const names = { left: choice === "typical" ? `First: the typical flow, median of ${this.ghost.n}` : `First: ${this.flowName(Number(choice))}`, right: `Second: ${this.flowName(flow)}`, width: this.box.clientWidth };
      this.result.replaceChildren(el("p", {}, summary(pairs)), el("div", { className: "sl-scroll" }, draw(pairs, names)), resultTable(pairs));
    }
  };
})();
