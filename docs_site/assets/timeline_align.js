// Two executions of one sequence, aligned beat by beat: which beats both have, which one lacks, what became slower or
// faster, and what of all that is the finding. Nothing is drawn here.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  // A change counts from a fifth of the duration on, and above the clock's millisecond.
  const SHARE = 0.2;
  const LEAST_MS = 1;
  const MOST_CELLS = 4e6;

  // A flow as [{key, title, offset, duration, status}], offsets from the flow's start.
  T.beatsOf = function beatsOf(model, flow) {
    const lane = model.byKind.beat;
    const start = model.byKind.flow.realStart[flow];
    const beats = [];
    if (lane) for (let index = 0; index < lane.count; index++) {
      if (lane.flow(index) === flow) beats.push({ key: model.strings[lane.key(index)], title: lane.name(index), offset: lane.realStart[index] - start, duration: lane.duration(index), status: lane.status(index), index });
    }
    return beats;
  };

  T.ghostBeats = function ghostBeats(ghost, model) {
    let offset = 0;
    return ghost.beats.map(([key, title, n, median, start]) => {
      const beat = { key, title, offset: start === null || !model.hasClock ? offset : start, duration: median, status: "typical", n };
      offset = beat.offset + (median || 0);
      return beat;
    });
  };

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

  // How far the second is behind the first after each beat that both have.
  T.drifts = function drifts(pairs) {
    return pairs.filter((pair) => pair.left && pair.right).map((pair) => ({
      at: pair.right.offset + (pair.right.duration || 0),
      drift: pair.right.offset + (pair.right.duration || 0) - pair.left.offset - (pair.left.duration || 0),
      title: pair.right.title,
      pair,
    }));
  };

  // What the comparison shows, in one sentence: the whole difference, and the beat that makes most of it.
  T.comparisonFinding = function comparisonFinding(pairs) {
    const common = pairs.filter((pair) => pair.left && pair.right && pair.difference !== null);
    const alone = pairs.filter((pair) => !pair.left || !pair.right);
    const missing = alone.length ? `${alone.length} ${alone.length === 1 ? "beat is" : "beats are"} in one only` : "";
    if (!common.length) return missing ? `Nothing in common can be timed; ${missing}` : "Nothing to compare";
    const total = (side) => common.reduce((sum, pair) => sum + pair[side].duration, 0);
    const [before, after] = [total("left"), total("right")];
    const difference = after - before;
    const isSame = Math.abs(difference) <= LEAST_MS || Math.abs(difference) <= SHARE * before;
    const share = !before ? "" : after >= 3 * before ? ` (${(after / before).toFixed(1)}\u00d7 as long)` : ` (${difference >= 0 ? "+" : "\u2212"}${Math.round((100 * Math.abs(difference)) / before)}%)`;
    const whole = isSame
      ? `Both take about as long: ${T.formatMs(before)} and ${T.formatMs(after)} in their common beats`
      : `The second takes ${T.formatMs(Math.abs(difference))} ${difference > 0 ? "more" : "less"}${share} in the common beats`;
    const most = common.filter((pair) => pair.change !== "same" && Math.sign(pair.difference) === Math.sign(difference))
      .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))[0];
    const cause = !isSame && most && common.length > 1 ? `; ${most.right.title} makes ${T.formatMs(Math.abs(most.difference))} of it` : "";
    return `${whole}${cause}${missing ? `; ${missing}` : ""}`;
  };
})();
