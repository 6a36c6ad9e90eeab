// The graph's data in memory: what is shown under the chosen filters, where it stands in each view, what changed between
// two windows. No drawing and no page here.
(() => {
  "use strict";
  const G = (self.SightlineGraph = self.SightlineGraph || {});
  G.KINDS = ["directly follows", "calls", "publishes to", "shares a topic with", "writes state read by"];
  G.CLASSES = ["declared and observed", "declared only", "observed only"];
  const COLUMN = 230;
  const ROW = 34;
  // Below this factor two windows differ as two halves of the same thing do.
  const CHANGE = 2;

  class Model {
    constructor(data) {
      this.handlers = data.handlers.map(([name, group, x, y, count, page, id, splits, cycle], index) => ({ index, name, group, x, y, count, page, id, splits, cycle, label: name }));
      this.boxes = data.boxes;
      this.edges = data.edges.map(([from, to, kind, known, count, flows, p95, errors, via, example], index) => ({ index, from, to, kind, known, count, flows, p95, errors, via, example }));
      this.windows = data.windows.map(([kind, name, sessions, counts]) => ({ kind, name, sessions, counts: new Map(counts) }));
      this.sequences = data.sequences.map(([name, handlers]) => ({ name, handlers }));
      this.most = this.edges.reduce((most, edge) => Math.max(most, edge.count), 0);
      this.filter = { kinds: new Set([0, 1, 2]), classes: new Set([0, 1, 2]), least: 0 };
      this.view = { kind: "all" };
      this.pair = null;
    }

    // The slider is logarithmic: most connections are rare.
    leastAt(share) { return share <= 0 ? 0 : Math.max(1, Math.round(this.most ** share)); }

    passes(edge) {
      const { kinds, classes, least } = this.filter;
      return kinds.has(edge.kind) && classes.has(edge.known) && edge.count >= least;
    }

    // Handlers with places, connections, and boxes of the view that is chosen.
    shown() {
      const edges = this.edges.filter((edge) => this.passes(edge));
      if (this.view.kind === "handler") return this.neighbourhood(this.view.index, edges);
      if (this.view.kind === "sequence") return this.sequence(this.sequences[this.view.index], edges);
      return { places: new Map(this.handlers.map((handler) => [handler.index, [handler.x, handler.y]])), edges, boxes: this.boxes };
    }

    neighbourhood(center, edges) {
      const near = edges.filter((edge) => edge.from === center || edge.to === center);
      const before = [...new Set(near.filter((edge) => edge.to === center).map((edge) => edge.from))].filter((index) => index !== center);
      const after = [...new Set(near.filter((edge) => edge.from === center).map((edge) => edge.to))].filter((index) => index !== center && !before.includes(index));
      const places = new Map([[center, [COLUMN, 0]]]);
      before.forEach((index, row) => places.set(index, [0, (row - (before.length - 1) / 2) * ROW]));
      after.forEach((index, row) => places.set(index, [2 * COLUMN, (row - (after.length - 1) / 2) * ROW]));
      return { places, edges: near, boxes: [] };
    }

    sequence(sequence, edges) {
      const order = [...new Set(sequence.handlers)];
      // Long sequences break into lines, as text does.
      const perLine = 6;
      const places = new Map(order.map((index, place) => [index, [(place % perLine) * COLUMN, Math.floor(place / perLine) * ROW * 4]]));
      return { places, edges: edges.filter((edge) => places.has(edge.from) && places.has(edge.to)), boxes: [] };
    }

    // new, gone, more, fewer or same: by occurrences per session of the two windows.
    change(edge) {
      if (!this.pair) return null;
      const [before, after] = this.pair.map((window) => (window.counts.get(edge.index) || 0) / Math.max(1, window.sessions));
      if (!before && !after) return "absent";
      if (!before) return "new";
      if (!after) return "gone";
      return after >= before * CHANGE ? "more" : after * CHANGE <= before ? "fewer" : "same";
    }

    connections(index) {
      return this.edges.filter((edge) => this.passes(edge) && (edge.from === index || edge.to === index));
    }
  }
  G.Model = Model;
})();
