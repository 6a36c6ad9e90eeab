// The tree of where time goes, as numbers: sums over sessions, frames with their parts, the sides of a comparison, and the
// merged stacks as files. No drawing here. The data's shape is docs_site/pages/flame_payload.py; times are microseconds.
(() => {
  "use strict";
  const F = (self.SightlineFlame = self.SightlineFlame || {});
  const WORDS = { queue_wait: "waiting in the queue", call: "calling handlers", root: "all flows" };
  const OWN_WORDS = { sequence: "around movements", movement: "between beats", beat: "around handlers" };
  const KINDS = { queue_wait: "queue wait", call: "calls of handlers", self: "own time", root: "everything" };
  F.kindWords = (kind) => KINDS[kind] || kind;

  // Arrays by place; `sequence` is the place of the sequence around it (itself for a sequence, -1 for a root).
  F.prepare = function prepare(data) {
    const { nodes } = data;
    const count = nodes.parent.length;
    const sequence = new Int32Array(count).fill(-1);
    const children = Array.from({ length: count }, () => []);
    const roots = {};
    for (let place = 0; place < count; place += 1) {
      const parent = nodes.parent[place];
      if (parent < 0) roots[nodes.tree[place]] = place;
      else {
        children[parent].push(place);
        sequence[place] = nodes.parent[parent] < 0 ? place : sequence[parent];
      }
    }
    // The same sequence in the tree of what went on after its beats is counted by its flows, which stand in the other tree.
    const subjectPlace = new Map();
    for (let place = 0; place < count; place += 1) {
      if (nodes.kind[place] === "sequence" && nodes.tree[place] === "elapsed") subjectPlace.set(`${nodes.subject[place]}/${nodes.name[place]}`, place);
    }
    const flows = Int32Array.from(sequence, (place) => (place < 0 ? -1 : subjectPlace.get(`${nodes.subject[place]}/${nodes.name[place]}`) ?? place));
    return { ...data, count, children, roots, sequence, flows, dense: new Map() };
  };

  function denseSlice(model, index) {
    if (!model.dense.has(index)) model.dense.set(index, F.sum(model, [index]));
    return model.dense.get(index);
  }
  F.slice = denseSlice;

  F.sum = function sum(model, indexes) {
    const result = { n: new Float64Array(model.count), total: new Float64Array(model.count), own: new Float64Array(model.count) };
    for (const index of indexes) {
      const slice = model.slices[index];
      slice.node.forEach((place, row) => {
        result.n[place] += slice.n[row];
        result.total[place] += slice.total[row];
        result.own[place] += slice.self[row];
      });
    }
    return result;
  };

  F.words = function words(model, place) {
    const kind = model.nodes.kind[place];
    return WORDS[kind] || model.strings[model.nodes.name[place]] || `(${kind} without a name)`;
  };

  // Frames of a tree. `measure(place, isOwn)` gives a frame's width and facts; own times become frames of their own.
  F.frames = function frames(model, tree, measure, inOrder) {
    const root = model.roots[tree];
    if (root === undefined) return null;
    const { kind, order, subject } = model.nodes;
    function build(place, parent, depth) {
      const frame = { place, parent, depth, kind: kind[place], name: F.words(model, place), subject: subject[place], children: [], ...measure(place, false) };
      for (const child of model.children[place]) {
        const part = build(child, frame, depth + 1);
        if (part.isThere) frame.children.push(part);
      }
      if (frame.children.length) {
        const own = measure(place, true);
        if (own.isThere) {
          frame.children.push({ place, parent: frame, depth: depth + 1, kind: "self", name: OWN_WORDS[kind[place]] || "own time", subject: subject[place], children: [], ...own });
        }
      }
      const declared = inOrder && depth > 0;
      const rank = (part) => ({ queue_wait: -2, self: 1, call: -1 })[part.kind] || 0;
      frame.children.sort((a, b) => (declared ? rank(a) - rank(b) || order[a.place] - order[b.place] : b.width - a.width) || a.place - b.place);
      return frame;
    }
    return build(root, null, 0);
  };

  F.plain = function plain(model, tree, values, inOrder) {
    return F.frames(model, tree, (place, isOwn) => {
      const width = isOwn ? values.own[place] : values.total[place];
      return { width, n: values.n[place], isThere: width > 0, own: values.own[place] };
    }, inOrder);
  };

  // Sides to compare: builds where at least two are named, in the order they were first seen; halves of the window; sessions.
  F.sides = function sides(model) {
    const all = model.slices.map((_, index) => index);
    const named = [...new Set(model.slices.map((slice) => slice.build).filter(Boolean))];
    const builds = named.map((build) => ({
      group: "Builds", key: `build:${build}`, label: build, slices: all.filter((index) => model.slices[index].build === build),
    }));
    const timed = all.filter((index) => model.slices[index].at || model.slices[index].count > 1);
    const middle = Math.ceil(timed.length / 2);
    const halves = timed.length < 2 ? [] : [
      { group: "Halves of the window", key: "half:1", label: "first half of the window", slices: timed.slice(0, middle) },
      { group: "Halves of the window", key: "half:2", label: "second half of the window", slices: timed.slice(middle) },
    ];
    const sessions = all.filter((index) => model.slices[index].count === 1).map((index) => ({
      group: "Sessions", key: `session:${index}`, label: [model.slices[index].name, model.slices[index].at].filter(Boolean).join(", "), slices: [index],
    }));
    return [...(builds.length > 1 ? builds : []), ...halves, ...sessions.reverse()];
  };

  F.stackOf = function stackOf(frame) {
    const names = [];
    for (let at = frame; at; at = at.parent) names.unshift(at.name);
    return names;
  };

  function* leaves(frame) {
    if (!frame.children.length && frame.width > 0) yield frame;
    for (const child of frame.children) yield* leaves(child);
  }

  // Brendan Gregg's folded form: frames separated by semicolons, a space, a whole number; here microseconds.
  F.folded = (root) => [...leaves(root)]
    .map((leaf) => `${F.stackOf(leaf).map((name) => name.replace(/[;\s]+/g, " ").trim()).join(";")} ${leaf.width}`)
    .join("\n") + "\n";

  F.speedscope = function speedscope(root, name) {
    const frames = new Map();
    const number = (text) => {
      if (!frames.has(text)) frames.set(text, frames.size);
      return frames.get(text);
    };
    const found = [...leaves(root)];
    return {
      $schema: "https://www.speedscope.app/file-format-schema.json",
      exporter: "sightline",
      name,
      activeProfileIndex: 0,
      profiles: [{
        type: "sampled", name, unit: "microseconds", startValue: 0, endValue: root.width,
        samples: found.map((leaf) => F.stackOf(leaf).map(number)), weights: found.map((leaf) => leaf.width),
      }],
      shared: { frames: [...frames.keys()].map((text) => ({ name: text })) },
    };
  };
})();
