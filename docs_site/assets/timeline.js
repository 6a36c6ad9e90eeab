// The timeline of a session: puts everything together and listens. Zoom, pan, brush, search, deep links, keys. Of a long
// session the model in view is the whole as groups, or the parts in view (timeline_parts.js).
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  const el = T.element;
  const NARROWEST_MS = 0.5;
  const HELP = "Wheel or + and \u2212 zoom, drag or arrows move, [ and ] step, Enter keeps details, 0 shows all, / searches.";

  // A look at another stretch of time loads its parts once the view has come to rest.
  const REST_MS = 150;
  const GROUPS_HELP = "This session is long: a bar or sign stands for several things until the view is narrow enough to show each.";

  class App {
    // `parts` is null unless the session is long.
    constructor(root, model, parts) {
      Object.assign(this, { root, model, whole: model, parts, wanted: "", inView: "", pointers: new Map(), frameTimes: [] });
      this.measure();
      this.view = { ...this.bounds };
      this.actions = { zoomTo: (item) => this.zoomTo(item), reveal: (item) => this.reveal(item), select: (item) => this.select(item), compare: (flow) => this.compareFlow(flow) };
      this.build();
      this.scene = new T.Scene(model, this.canvas, this.overview);
      // The strip shows the whole session, whatever is in view.
      this.strip = parts ? new T.Scene(model, this.canvas, this.overview) : this.scene;
      this.listen();
      this.resize();
      this.readAddress();
    }

    // The whole session on the axis of what is in view, with a little air.
    measure() {
      const { from, to } = this.translated({ from: this.whole.first, to: this.whole.last }, this.whole, this.model);
      const margin = (to - from) * 0.01;
      this.bounds = { from: from - margin, to: to + margin };
    }

    // A stretch of one model's axis on another's.
    translated({ from, to }, model, other) {
      return model === other ? { from, to } : { from: other.toShown(model.toReal(from)), to: other.toShown(model.toReal(to)) };
    }

    realView() { return { from: this.model.toReal(this.view.from), to: this.model.toReal(this.view.to) }; }
    showReal(from, to) { this.show(this.model.toShown(from), this.model.toShown(to)); }

    // Folds idle time or unfolds it; what is in view stays in view.
    fold(isFolded) {
      const isWhole = this.isWhole();
      const real = this.realView();
      new Set([this.whole, this.model]).forEach((model) => model.fold(isFolded));
      this.measure();
      this.scene.density = this.strip.density = null;
      this.foldButton.setAttribute("aria-pressed", String(isFolded));
      if (isWhole) this.fit();
      else this.showReal(real.from, real.to);
    }

    // Puts another model of the same session in view: its whole as groups, or parts of it. What was selected stays so.
    use(model, real = this.realView()) {
      const selected = this.scene.selected;
      model.fold(this.model.isFolded);
      this.model = model;
      Object.assign(this.scene, { model, hovered: null, selected: null });
      this.tip.hidden = true;
      this.measure();
      this.view = { from: model.toShown(real.from), to: model.toShown(real.to) };
      this.scene.layOut(this.scene.width);
      this.fillTables();
      this.markHits();
      const again = selected && model.again({ kind: selected.lane.kind, start: selected.lane.realStart[selected.index], line: selected.lane.line(selected.index), name: selected.lane.name(selected.index) });
      if (selected) this.select(again);
      else this.redraw();
    }

    // Loads the parts in view, or goes back to groups where they are too many.
    async follow() {
      // Under a finger the axis must not change.
      if (this.pointers.size) {
        this.partsTimer = setTimeout(() => this.follow(), REST_MS);
        return;
      }
      const { from, to } = this.realView();
      const numbers = this.parts.touched(from, to);
      await this.useParts(numbers || []);
    }

    async useParts(numbers, real) {
      this.wanted = numbers.join();
      if (this.wanted === this.inView) return;
      try {
        const model = numbers.length ? await this.parts.model(numbers) : this.whole;
        if (this.wanted !== numbers.join()) return;
        this.inView = this.wanted;
        this.use(model, real);
      } catch (error) {
        this.say(`A part of the session could not be read: ${error.message}`);
      }
    }

    isWhole() { return this.view.to - this.view.from >= (this.bounds.to - this.bounds.from) * 0.999; }

    build() {
      this.search = el("input", { type: "search", placeholder: "Find a handler, beat, topic, error \u2026", "aria-label": "Find on the timeline" });
      this.found = el("output", {});
      const button = (label, title, onclick) => el("button", { type: "button", className: "sl-tl-button", title, "aria-label": title, onclick }, label);
      this.foldButton = button("Fold idle time", "Fold idle time, so that what happened has the room", () => this.fold(!this.model.isFolded));
      this.foldButton.setAttribute("aria-pressed", String(this.model.isFolded));
      this.foldButton.hidden = !this.model.canFold;
      const bar = el("div", { className: "sl-tl-bar" },
        el("div", { className: "sl-tl-search" }, this.search, button("\u2039", "Previous hit", () => this.step(-1)), button("\u203a", "Next hit", () => this.step(1)), this.found),
        el("div", { className: "sl-tl-tools" },
          button("\u2212", "Zoom out", () => this.zoom(1.6)), button("+", "Zoom in", () => this.zoom(1 / 1.6)), button("Fit", "Show all", () => this.fit()),
          this.foldButton,
          button("Copy link", "Copy a link to this view", () => this.copyLink()),
          button("Save trace", "Save what is in view as a Chrome trace, which Perfetto opens", () => this.saveTrace())));
      this.overview = el("canvas", { className: "sl-tl-overview", "aria-hidden": "true" });
      this.canvas = el("canvas", { className: "sl-tl-canvas", tabIndex: 0, role: "application", "aria-roledescription": "timeline", "aria-describedby": "sl-tl-help" });
      this.canvas.setAttribute("aria-label", `Timeline of ${this.model.session.name}: ${this.model.thingCount} things in ${this.model.lanes.length} lanes. A table with the same facts follows.`);
      this.tip = el("div", { className: "sl-tl-tip", hidden: true });
      this.stage = el("div", { className: "sl-tl-stage" }, this.overview, this.canvas, this.tip);
      this.panel = el("aside", { className: "sl-tl-panel", "aria-live": "polite", "aria-label": "Details" });
      this.comparison = el("div", { className: "sl-tl-compare" });
      const left = el("div", { className: "sl-tl-left" }, this.stage, el("p", { id: "sl-tl-help", className: "sl-tl-help" }, this.parts ? `${HELP} ${GROUPS_HELP}` : HELP), legend());
      const sections = [bar, el("div", { className: "sl-tl-main" }, left, this.panel)];
      if (this.model.byKind.flow) sections.push(el("h2", { id: "compare" }, "Compare two executions"), this.comparison);
      if (this.parts) this.comparison.append(el("p", { className: "sl-empty" }, "Zoom in until single flows show, then choose one and press Compare its flow."));
      this.tables = el("div", {});
      this.root.replaceChildren(...sections, el("h2", { id: "tables" }, "The same as tables"), this.tables);
      this.fillTables();
      T.details(this.panel, null, this.actions);
    }

    fillTables() { this.tables.replaceChildren(...this.model.lanes.map((lane) => this.foldedTable(lane))); }

    foldedTable(lane) {
      const folded = el("details", { className: "sl-tl-fold" }, el("summary", {}, `${lane.title} (${lane.isGroups ? `${lane.thingCount} in ${lane.count} groups` : lane.count})`));
      folded.addEventListener("toggle", () => { if (folded.open && folded.children.length === 1) folded.append(T.table(lane, this.actions)); });
      return folded;
    }

    listen() {
      new ResizeObserver(() => this.resize()).observe(this.stage);
      new MutationObserver(() => { this.scene.readTheme(); this.strip.readTheme(); this.redraw(); }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
      this.canvas.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
      for (const [name, handler] of [["pointerdown", "onDown"], ["pointermove", "onMove"], ["pointerup", "onUp"], ["pointercancel", "onUp"], ["pointerleave", "onLeave"]]) this.canvas.addEventListener(name, (event) => this[handler](event));
      this.canvas.addEventListener("dblclick", (event) => { const item = this.itemAt(event); if (item) this.zoomTo(item); });
      this.canvas.addEventListener("keydown", (event) => this.onKey(event));
      this.overview.addEventListener("pointerdown", (event) => this.onBrush(event));
      this.search.addEventListener("input", () => this.onSearch());
      this.search.addEventListener("keydown", (event) => {
        // The theme listens to letters on the whole page.
        event.stopPropagation();
        if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
      });
      addEventListener("hashchange", () => this.readAddress());
    }

    resize() {
      const width = Math.floor(this.stage.clientWidth);
      if (!width || width === this.scene.width) return;
      this.scene.layOut(width);
      this.redraw();
      if (this.model.byKind.flow && !this.parts && !this.compare) this.comparing();
    }

    // The comparison with the flows of the model in view. Of a long session the rest is to be had like another session.
    comparing() {
      if (!this.compare || this.compare.model !== this.model) {
        this.compare = new T.Compare(this.model, this.comparison, new T.OtherSessions(this.root.dataset.sequences, this.parts ? null : this.model.session.id));
      }
      return this.compare;
    }

    redraw() {
      if (this.isWaiting) return;
      this.isWaiting = true;
      requestAnimationFrame(() => {
        this.isWaiting = false;
        const started = performance.now();
        this.scene.draw(this.view);
        this.strip.drawOverview(this.translated(this.view, this.model, this.whole), this.scene.width);
        this.frameTimes.push(performance.now() - started);
      });
    }

    show(from, to) {
      const span = Math.min(Math.max(to - from, NARROWEST_MS), this.bounds.to - this.bounds.from);
      const middle = (from + to) / 2;
      const start = Math.min(Math.max(middle - span / 2, this.bounds.from), this.bounds.to - span);
      this.view = { from: start, to: start + span };
      this.redraw();
      if (this.parts) {
        clearTimeout(this.partsTimer);
        this.partsTimer = setTimeout(() => this.follow(), REST_MS);
      }
      clearTimeout(this.addressTimer);
      this.addressTimer = setTimeout(() => this.writeAddress(), 400);
    }

    zoom(factor, around = (this.view.from + this.view.to) / 2) {
      this.show(around - (around - this.view.from) * factor, around + (this.view.to - around) * factor);
    }

    pan(share) {
      const move = (this.view.to - this.view.from) * share;
      this.show(this.view.from + move, this.view.to + move);
    }

    fit() { this.show(this.bounds.from, this.bounds.to); }

    zoomTo(item) {
      const { lane, index } = item;
      const room = Math.max((lane.end[index] - lane.start[index]) * 0.12, lane.isMarks ? 250 : 1);
      this.show(lane.start[index] - room, lane.end[index] + room);
      this.select(item);
      this.canvas.scrollIntoView({ block: "nearest" });
    }

    // Brings something into view without changing the scale more than needed.
    reveal(item) {
      const { lane, index } = item;
      const span = this.view.to - this.view.from;
      if (lane.start[index] < this.view.from || lane.start[index] > this.view.to) this.show(lane.start[index] - span / 2, lane.start[index] + span / 2);
      this.select(item);
    }

    select(item) {
      this.scene.selected = item;
      T.details(this.panel, item, this.actions);
      this.redraw();
    }

    compareFlow(flow) {
      this.comparing().choose(flow);
      document.getElementById("compare").scrollIntoView({ block: "start" });
    }

    openComparison(flow, sessionId, flowId) {
      this.comparing().open(flow, sessionId, flowId);
      document.getElementById("compare").scrollIntoView({ block: "start" });
    }

    position(event) {
      const box = this.canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    }

    itemAt(event) {
      const { x, y } = this.position(event);
      return this.scene.at(x, y, this.view);
    }

    onWheel(event) {
      // With everything in view there is nothing to zoom out of: the page scrolls on.
      if (event.deltaY > 0 && !event.shiftKey && this.isWhole()) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return this.pan(((event.deltaX || event.deltaY) * unit) / this.scene.width);
      this.zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY * unit)) * 0.0022), this.scene.time(this.position(event).x, this.view));
    }

    onDown(event) {
      if (event.button > 0) return;
      this.canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, { x: event.clientX, moved: 0 });
      this.startView = { ...this.view };
      this.startSpread = this.spread();
      this.startX = event.clientX;
    }

    spread() {
      const xs = [...this.pointers.values()].map((pointer) => pointer.x);
      return xs.length > 1 ? Math.max(20, Math.abs(xs[0] - xs[1])) : 0;
    }

    onMove(event) {
      const pointer = this.pointers.get(event.pointerId);
      if (!pointer) return this.hover(event);
      pointer.moved += Math.abs(event.clientX - pointer.x);
      pointer.x = event.clientX;
      this.tip.hidden = true;
      const span = this.startView.to - this.startView.from;
      const width = this.scene.width - this.scene.left;
      if (this.pointers.size > 1) {
        const factor = this.startSpread / this.spread();
        const middle = (this.startView.from + this.startView.to) / 2;
        this.show(middle - (span / 2) * factor, middle + (span / 2) * factor);
      } else if (pointer.moved > 3) {
        this.canvas.classList.add("sl-tl-dragging");
        const move = ((this.startX - event.clientX) / width) * span;
        this.show(this.startView.from + move, this.startView.to + move);
      }
    }

    onUp(event) {
      const pointer = this.pointers.get(event.pointerId);
      this.pointers.delete(event.pointerId);
      this.startView = { ...this.view };
      this.canvas.classList.remove("sl-tl-dragging");
      if (pointer && pointer.moved <= 3 && event.type === "pointerup") this.select(this.itemAt(event));
    }

    onLeave() {
      this.tip.hidden = true;
      if (this.scene.hovered) {
        this.scene.hovered = null;
        this.redraw();
      }
    }

    hover(event) {
      const item = this.itemAt(event);
      const before = this.scene.hovered;
      if ((item && item.lane) !== (before && before.lane) || (item && item.index) !== (before && before.index)) {
        this.scene.hovered = item;
        this.redraw();
        if (item) T.tooltip(this.tip, item);
      }
      this.tip.hidden = !item;
      if (item) this.placeTip(event);
    }

    placeTip(event) {
      const { x, y } = this.position(event);
      const room = this.stage.clientWidth - this.tip.offsetWidth - 4;
      this.tip.style.left = `${Math.max(0, Math.min(x + 14, room))}px`;
      this.tip.style.top = `${y + this.canvas.offsetTop + 18}px`;
    }

    onBrush(event) {
      const box = this.overview.getBoundingClientRect();
      const { whole } = this;
      const time = (x) => whole.first + ((x - box.left) / box.width) * (whole.last - whole.first);
      const { from, to } = this.translated(this.view, this.model, whole);
      const show = (first, last) => { const part = this.translated({ from: first, to: last }, whole, this.model); this.show(part.from, part.to); };
      const at = time(event.clientX);
      const slack = ((whole.last - whole.first) / box.width) * 8;
      const isWhole = to - from > (whole.last - whole.first) * 0.98;
      const edge = Math.abs(at - from) < slack ? "from" : Math.abs(at - to) < slack ? "to" : null;
      const isInside = !edge && !isWhole && at > from && at < to;
      this.overview.setPointerCapture(event.pointerId);
      const move = (moved) => {
        const now = time(moved.clientX);
        if (isInside) show(from + now - at, to + now - at);
        else if (edge && !isWhole) show(edge === "from" ? Math.min(now, to) : from, edge === "to" ? Math.max(now, from) : to);
        else show(Math.min(at, now), Math.max(at, now));
      };
      const up = (ended) => {
        this.overview.removeEventListener("pointermove", move);
        this.overview.removeEventListener("pointerup", up);
        // A click without a drag centres the view there.
        if (Math.abs(ended.clientX - event.clientX) < 3 && !edge) {
          const span = isWhole ? (to - from) / 10 : to - from;
          show(at - span / 2, at + span / 2);
        }
      };
      this.overview.addEventListener("pointermove", move);
      this.overview.addEventListener("pointerup", up);
    }

    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const around = this.scene.selected ? this.scene.selected.lane.start[this.scene.selected.index] : undefined;
      const inView = around !== undefined && around >= this.view.from && around <= this.view.to ? around : undefined;
      const keys = {
        "+": () => this.zoom(1 / 1.4, inView), "=": () => this.zoom(1 / 1.4, inView), w: () => this.zoom(1 / 1.4, inView), ArrowUp: () => this.zoom(1 / 1.4, inView),
        "-": () => this.zoom(1.4, inView), s: () => this.zoom(1.4, inView), ArrowDown: () => this.zoom(1.4, inView),
        ArrowLeft: () => this.pan(-0.15), a: () => this.pan(-0.15), ArrowRight: () => this.pan(0.15), d: () => this.pan(0.15),
        0: () => this.fit(), Home: () => this.fit(), f: () => this.scene.selected && this.zoomTo(this.scene.selected),
        "[": () => this.neighbour(-1), "]": () => this.neighbour(1), Enter: () => this.scene.hovered && this.select(this.scene.hovered),
        Escape: () => this.select(null), "/": () => this.search.focus(),
      };
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      // The theme has keys of its own on the whole page.
      event.stopPropagation();
      act();
    }

    // The thing before or after the selected one in its lane; without one, the first flow in view.
    neighbour(step) {
      const selected = this.scene.selected;
      const lane = selected ? selected.lane : this.model.byKind.flow || this.model.lanes[0];
      let index = selected ? selected.index + step : T.firstAbove(lane.start, this.view.from - 1e-9);
      index = Math.max(0, Math.min(lane.count - 1, index));
      this.reveal({ lane, index });
    }

    onSearch() {
      clearTimeout(this.searchTimer);
      if (this.parts) {
        this.searchTimer = setTimeout(() => this.searchParts(this.search.value.trim().toLowerCase()), REST_MS);
        return;
      }
      const count = this.model.search(this.search.value);
      this.hits = count ? this.model.hits() : [];
      this.tellHits(count);
    }

    async searchParts(words) {
      const ticket = (this.ticket = (this.ticket || 0) + 1);
      const tell = (number) => { if (ticket === this.ticket) this.found.textContent = `part ${number} of ${this.parts.count}`; };
      try {
        const hits = words ? await this.parts.search(words, tell) : [];
        if (ticket !== this.ticket) return;
        this.hits = hits;
        this.markHits();
        this.tellHits(words ? hits.length : null);
      } catch (error) {
        this.say(`A part of the session could not be read: ${error.message}`);
      }
    }

    // Marks in the model in view what a search in the parts has found.
    markHits() {
      const words = this.hits ? this.search.value : "";
      if (words.trim() && this.model === this.whole) this.model.showGroups(this.hits);
      else this.model.search(words);
    }

    tellHits(count) {
      this.hit = -1;
      this.found.textContent = count === null ? "" : count === 1 ? "1 hit" : `${count} hits`;
      this.redraw();
    }

    async step(direction) {
      if (!this.hits || !this.hits.length) return;
      this.hit = (this.hit + direction + this.hits.length) % this.hits.length;
      this.found.textContent = `${this.hit + 1} of ${this.hits.length}`;
      const hit = this.hits[this.hit];
      if (!this.parts) return this.reveal(hit);
      if (!this.inView.split(",").includes(String(hit.number))) await this.enter(hit.number);
      const item = this.model.again(hit);
      if (item) this.reveal(item);
    }

    // Goes into one part of a long session.
    async enter(number) {
      const from = this.parts.froms[number];
      const to = number + 1 < this.parts.count ? this.parts.froms[number + 1] : this.whole.toReal(this.whole.last);
      await this.useParts([number], { from, to });
    }

    // In a session that is not long all of it happens at once.
    async readAddress() {
      const wanted = new URLSearchParams(location.hash.slice(1));
      if (wanted.has("flow")) {
        if (this.parts) await this.enterIfThere(this.parts.partOfFlow(wanted.get("flow")));
        const item = this.model.findFlow(wanted.get("flow"));
        if (item) this.zoomTo(item);
        else this.say("The flow this link names is not in this session.");
        if (item && wanted.has("with")) this.openComparison(item.index, wanted.get("session") || this.model.session.id, wanted.get("with"));
      } else if (wanted.has("t")) {
        const [from, to] = wanted.get("t").split(/(?<=\d)-/).map(Number);
        if (from < to) this.showReal(from, to);
      } else if (wanted.has("line")) {
        if (this.parts) await this.enterIfThere(await this.parts.partOfLine(Number(wanted.get("line"))));
        const item = this.model.findLine(Number(wanted.get("line")));
        if (item) this.zoomTo(item);
      }
    }

    async enterIfThere(number) { if (number >= 0) await this.enter(number); }

    say(words) { this.panel.replaceChildren(el("p", { className: "sl-tl-hint" }, words)); }

    address() {
      const selected = this.scene.selected;
      if (selected && selected.lane.kind === "flow" && !selected.lane.isGroups) return `#flow=${this.model.flowIds[selected.index]}`;
      return this.isWhole() ? "" : `#t=${this.model.toReal(this.view.from).toFixed(2)}-${this.model.toReal(this.view.to).toFixed(2)}`;
    }

    // A link to an anchor of the page is left alone until the view changes.
    writeAddress() { history.replaceState(null, "", this.address() || location.pathname + location.search); }

    async copyLink() {
      this.writeAddress();
      try {
        await navigator.clipboard.writeText(location.href);
        this.found.textContent = "Link copied";
      } catch {
        this.found.textContent = "The address bar holds the link";
      }
    }

    saveTrace() {
      if (this.parts && this.model === this.whole) return this.say("Zoom in until single things show: groups make no trace. The command below exports the whole session.");
      T.save(`${this.model.session.name.replace(/[^\w.-]+/g, "_")}.trace.json`, T.chromeTrace(this.model, { from: this.model.toReal(this.view.from), to: this.model.toReal(this.view.to) }));
    }
  }

  function legend() {
    const entry = (name, words) => el("li", {}, el("i", { className: `sl-tl-swatch sl-tl-swatch-${name}`, "aria-hidden": "true" }), words);
    return el("ul", { className: "sl-tl-legend", "aria-label": "Legend" },
      entry("failed", "failed: hatched, outlined, \u2715"), entry("torn", "incomplete: torn end"), entry("slow", "slow: beyond 95% and twice the median"),
      entry("state", "state: + added, \u2212 removed, | updated or several"), entry("error", "error"), entry("warning", "warning"), entry("deviation", "deviation"), entry("gap", "silent, or idle time folded"));
  }

  async function start(root) {
    try {
      const { key, source, typicalKey, typical } = root.dataset;
      const [payload, usual] = await Promise.all([self.sightlineSideData.load(key, source), typical ? self.sightlineSideData.load(typicalKey, typical) : undefined]);
      const model = new T.Model(payload, usual);
      if (model.count) root.app = new App(root, model, payload.parts ? new T.Parts(payload, usual, source) : null);
      else root.replaceChildren(el("p", { className: "sl-empty" }, "Nothing in this log could be placed on a timeline: it holds no flow, topic, gap or error."));
      root.dataset.state = "ready";
    } catch (error) {
      root.dataset.state = "failed";
      root.replaceChildren(el("p", { className: "sl-empty" }, `The timeline could not be drawn: ${error.message}`));
    }
  }

  document.querySelectorAll(".sl-timeline").forEach(start);
})();
