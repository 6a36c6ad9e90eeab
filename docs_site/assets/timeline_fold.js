// Folding idle time: a second time axis on which long quiet stretches take next to no room. Real times stay what they
// are; only places on the screen change. Piecewise linear, and never turning back.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  // A fold takes this share of the busy time, all folds together at most the other.
  const SHARE = 0.006;
  const MOST_SHARE = 0.3;
  const SHORTEST_MS = 100;
  // With so much of a session quiet, a straight axis would show nothing but that.
  T.FOLD_FROM = 0.7;

  function busyStretches(lanes) {
    const stretches = [];
    for (const lane of lanes) if (lane.kind !== "gap") for (let index = 0; index < lane.count; index++) stretches.push([lane.realStart[index], lane.realEnd[index]]);
    // Quiet time at the beginning and the end folds too: their outer edges count as something.
    const gaps = lanes.find((lane) => lane.kind === "gap");
    if (gaps) for (const edge of [gaps.realStart[0], gaps.realEnd.reduce((most, end) => Math.max(most, end), -Infinity)]) stretches.push([edge, edge]);
    return stretches.sort((left, right) => left[0] - right[0]);
  }

  function merge(stretches, distance) {
    const merged = [];
    for (const [from, to] of stretches) {
      const last = merged[merged.length - 1];
      if (last && from - last[1] <= distance) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged;
  }

  T.Folding = class Folding {
    constructor(lanes) {
      const stretches = busyStretches(lanes);
      const busy = Math.max(1, merge(stretches, 0).reduce((sum, [from, to]) => sum + to - from, 0));
      const rough = merge(stretches, SHORTEST_MS);
      this.size = Math.min(SHARE * busy, (MOST_SHARE * busy) / Math.max(1, rough.length));
      this.parts = merge(stretches, Math.max(SHORTEST_MS, 4 * this.size));
      this.real = [];
      this.shown = [];
      let at = this.parts.length ? this.parts[0][0] : 0;
      for (const [from, to] of this.parts) {
        this.real.push(from, to);
        this.shown.push(at, at + to - from);
        at += to - from + this.size;
      }
      const whole = this.parts.length ? this.real[this.real.length - 1] - this.real[0] : 0;
      const kept = this.parts.reduce((sum, [from, to]) => sum + to - from, 0);
      this.quietShare = whole > 0 ? 1 - kept / whole : 0;
    }

    toShown(time) { return between(time, this.real, this.shown); }
    toReal(place) { return between(place, this.shown, this.real); }
  };

  // Linear between known points, and with slope one outside them.
  function between(value, from, to) {
    if (!from.length) return value;
    const next = T.firstAbove(from, value);
    if (next === 0) return to[0] + value - from[0];
    if (next === from.length) return to[next - 1] + value - from[next - 1];
    const width = from[next] - from[next - 1];
    return width > 0 ? to[next - 1] + ((value - from[next - 1]) / width) * (to[next] - to[next - 1]) : to[next];
  }
})();
