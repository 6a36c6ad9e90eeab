// Two sides of a comparison, frame by frame. Each side's time is divided by its own number of flows of the same sequence,
// so that more flows do not look like slowness; what one side never ran is left out and named.
(() => {
  "use strict";
  const F = (self.SightlineFlame = self.SightlineFlame || {});
  // Below five sessions a side even complete separation is no evidence at the level asked for: two-sided p of 4 against 4 is 0.029.
  const FEWEST_SESSIONS = 5;
  const LEVEL = 0.01;
  // The changes at which a frame's colour deepens: a tenth, a quarter, twice.
  const STEPS = [1.1, 1.25, 2];

  function samples(model, side, place, isOwn) {
    const flows = model.flows[place];
    const found = [];
    for (const index of side.slices) {
      if (model.slices[index].count > 1) continue;
      const slice = F.slice(model, index);
      if (flows >= 0 && slice.n[flows] > 0) found.push((isOwn ? slice.own : slice.total)[place] / slice.n[flows]);
    }
    return found;
  }

  // Probability of a rank sum at least as far out as this one if both sides were alike (Mann and Whitney, 1947): exact for
  // small sides without ties, else by the normal distribution with the correction for ties.
  F.rankProbability = function rankProbability(first, second) {
    const all = [...first.map((value) => [value, 0]), ...second.map((value) => [value, 1])].sort((a, b) => a[0] - b[0]);
    let rankSum = 0;
    let ties = 0;
    for (let start = 0; start < all.length;) {
      let end = start;
      while (end < all.length && all[end][0] === all[start][0]) end += 1;
      for (let at = start; at < end; at += 1) if (all[at][1] === 0) rankSum += (start + end + 1) / 2;
      ties += (end - start) ** 3 - (end - start);
      start = end;
    }
    const [m, n] = [first.length, second.length];
    const u = rankSum - (m * (m + 1)) / 2;
    const low = Math.min(u, m * n - u);
    if (!ties && m * n <= 400) return Math.min(1, 2 * exactTail(m, n, low));
    const total = m + n;
    const spread = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
    if (!spread) return 1;
    return Math.min(1, 2 * normalTail((m * n) / 2 - low - 0.5, spread));
  };

  function exactTail(m, n, low) {
    // ways[j][u]: how many ways j of the first side's members have u members of the second before them.
    let ways = Array.from({ length: m + 1 }, () => new Float64Array(m * n + 1));
    ways[0][0] = 1;
    for (let seen = 1; seen <= m + n; seen += 1) {
      for (let taken = Math.min(m, seen); taken >= 1; taken -= 1) {
        const before = seen - taken;
        if (before > n) continue;
        const next = ways[taken];
        ways[taken - 1].forEach((count, u) => { if (count && u + before <= m * n) next[u + before] += count; });
      }
    }
    ways = ways[m];
    const all = ways.reduce((sum, count) => sum + count, 0);
    return ways.slice(0, Math.floor(low) + 1).reduce((sum, count) => sum + count, 0) / all;
  }

  // Abramowitz and Stegun 26.2.17, error below 1e-7.
  function normalTail(distance, spread) {
    const z = Math.max(0, distance / spread);
    const t = 1 / (1 + 0.2316419 * z);
    const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
  }

  F.compare = function compare(model, tree, before, after, widthOf) {
    const [a, b] = [F.sum(model, before.slices), F.sum(model, after.slices)];
    const onlyOne = { before: new Set(), after: new Set() };
    const canTell = [before, after].every((side) => side.slices.filter((index) => model.slices[index].count === 1).length >= FEWEST_SESSIONS);
    const isBoth = (place) => {
      const flows = model.flows[place];
      return flows >= 0 && a.n[flows] > 0 && b.n[flows] > 0;
    };
    for (const place of model.children[model.roots[tree]] || []) {
      const flows = model.flows[place];
      if (a.n[flows] > 0 && !b.n[flows]) onlyOne.before.add(F.words(model, place));
      if (b.n[flows] > 0 && !a.n[flows]) onlyOne.after.add(F.words(model, place));
    }
    function measure(place, isOwn) {
      const flows = model.flows[place];
      if (flows < 0) return { isThere: !isOwn, width: 0, old: 0, now: 0, isRoot: true };
      if (!isBoth(place)) return { isThere: false, width: 0, old: 0, now: 0 };
      const pick = (side) => (isOwn ? side.own : side.total)[place];
      const [was, is] = [pick(a) / a.n[flows], pick(b) / b.n[flows]];
      const [old, now] = [was * b.n[flows], pick(b)];
      const probability = canTell && (old || now) ? F.rankProbability(samples(model, before, place, isOwn), samples(model, after, place, isOwn)) : null;
      return {
        width: widthOf === "before" ? old : now, isThere: old + now > 0, old, now, was, is, counts: [a.n[place], b.n[place]],
        flows: [a.n[flows], b.n[flows]], isTold: probability === null ? null : probability < LEVEL,
      };
    }
    const root = F.frames(model, tree, measure, true);
    if (!root) return null;
    for (const key of ["width", "old", "now"]) root[key] = root.children.reduce((sum, child) => sum + child[key], 0);
    root.children.sort((one, other) => other.width - one.width);
    return { root, onlyOne, canTell, flows: [a, b].map((side) => (model.roots.elapsed === undefined ? 0 : side.n[model.roots.elapsed])) };
  };

  // The colour of a change: its direction and three depths; none where sessions differ as much among themselves.
  F.changeCss = function changeCss(frame) {
    if (frame.isRoot || frame.isTold === false) return "even";
    const ratio = frame.old && frame.now ? frame.now / frame.old : frame.now ? Infinity : 0;
    const depth = STEPS.filter((step) => ratio >= step || ratio <= 1 / step).length;
    if (!depth) return "even";
    return `${ratio > 1 ? "slower" : "faster"}-${depth}`;
  };

  // Frames that no other explains: handlers, calls, waits and own times, by how much of the change they hold.
  F.changes = function changes(root) {
    const found = [];
    (function walk(frame) {
      if (!frame.children.length && !frame.isRoot) found.push(frame);
      frame.children.forEach(walk);
    })(root);
    return found.filter((frame) => frame.isTold !== false && frame.old !== frame.now)
      .sort((one, other) => Math.abs(other.now - other.old) - Math.abs(one.now - one.old));
  };
})();
