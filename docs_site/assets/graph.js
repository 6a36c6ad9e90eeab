// The graph of handlers: puts model and scene together and listens. Filters, views, comparison, pan, zoom, keys, addresses.
(() => {
  "use strict";
  const G = self.SightlineGraph;
  const el = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const count = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");
  const WINDOWS = { build: "build", day: "day", half: "half" };

  class App {
    constructor(root) {
      this.root = root;
      this.model = new G.Model(JSON.parse(root.querySelector("script").textContent));
      this.build();
      this.scene = new G.Scene(this.canvas, this.model);
      this.listen();
      this.scene.resize();
      if (!this.readAddress()) this.change(true);
      root.dataset.ready = "true";
    }

    build() {
      const { model } = this;
      this.viewChoice = el("select", { ariaLabel: "View" }, el("option", { value: "all" }, "Whole application, by plugin"),
        ...this.group("One handler's neighbourhood", model.handlers, (handler) => `${handler.name} (${handler.group})`, "handler"),
        ...this.group("One sequence", model.sequences, (sequence) => sequence.name, "sequence"));
      this.slider = el("input", { type: "range", min: "0", max: "1", step: "0.01", value: "0", ariaLabel: "Least occurrences" });
      this.least = el("output", {}, "all");
      this.pairChoice = el("select", { ariaLabel: "Compare" }, el("option", { value: "" }, "no comparison"), ...this.pairs());
      this.status = el("p", { className: "sl-graph-status" });
      this.status.setAttribute("role", "status");
      this.canvas = el("canvas", { tabIndex: 0 });
      this.canvas.setAttribute("role", "application");
      this.canvas.setAttribute("aria-label", "Graph of handlers. Arrows move, + and \u2212 zoom, [ and ] step through handlers, Enter shows a handler's neighbourhood, o opens its page, 0 shows all. The table below has the same content.");
      this.panel = el("div", { className: "sl-graph-panel", hidden: true });
      const button = (label, title, onclick) => el("button", { type: "button", title, ariaLabel: title, onclick }, label);
      const boxes = (words, chosen, title, swatch) => el("fieldset", {}, el("legend", {}, title), ...words.map((word, index) => {
        const box = el("input", { type: "checkbox", checked: chosen.has(index), onchange: () => { box.checked ? chosen.add(index) : chosen.delete(index); this.change(false); } });
        const mark = swatch ? [el("span", { className: "sl-graph-swatch", style: `border-color:${G.colourOf(index)}` })] : [];
        return el("label", {}, box, ...mark, word);
      }));
      this.root.prepend(
        el("div", { className: "sl-graph-bar" }, this.viewChoice,
          el("label", {}, "seen at least", this.slider, this.least),
          this.pairChoice, button("+", "Zoom in", () => this.zoom(1.3)), button("\u2212", "Zoom out", () => this.zoom(1 / 1.3)), button("All", "Show all", () => { this.scene.fit(); this.draw(); }),
          boxes(G.KINDS, model.filter.kinds, "Kinds", true), boxes(G.CLASSES, model.filter.classes, "Known from", false)),
        el("div", { className: "sl-graph-stage" }, this.canvas, this.panel), this.status);
    }

    group(label, items, words, kind) {
      if (!items.length) return [];
      const options = items.map((item, index) => el("option", { value: `${kind}:${index}` }, words(item)));
      const group = el("optgroup", { label });
      group.append(...options.sort((a, b) => a.textContent.localeCompare(b.textContent)));
      return [group];
    }

    // Each window against the one before it, of the same kind.
    pairs() {
      const { windows } = this.model;
      return windows.flatMap((window, index) => (index && windows[index - 1].kind === window.kind
        ? [el("option", { value: String(index) }, `${WINDOWS[window.kind]}: ${windows[index - 1].name} \u2192 ${window.name}`)] : []));
    }

    listen() {
      this.viewChoice.onchange = () => this.choose(this.viewChoice.value);
      this.slider.oninput = () => {
        this.model.filter.least = this.model.leastAt(Number(this.slider.value));
        this.least.textContent = this.model.filter.least ? `${count(this.model.filter.least)} times` : "all";
        this.change(false);
      };
      this.pairChoice.onchange = () => {
        const index = Number(this.pairChoice.value);
        this.model.pair = this.pairChoice.value ? [this.model.windows[index - 1], this.model.windows[index]] : null;
        this.change(false);
      };
      this.canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && document.activeElement !== this.canvas) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY);
      }, { passive: false });
      const pointers = new Map();
      let moved = 0;
      this.canvas.onpointerdown = (event) => { pointers.set(event.pointerId, event); moved = 0; this.canvas.setPointerCapture(event.pointerId); };
      this.canvas.onpointerup = (event) => {
        pointers.delete(event.pointerId);
        if (moved < 5) this.focus(this.scene.at(event.offsetX, event.offsetY));
      };
      this.canvas.onpointercancel = (event) => pointers.delete(event.pointerId);
      this.canvas.onpointermove = (event) => {
        const last = pointers.get(event.pointerId);
        if (!last) { this.hover(this.scene.at(event.offsetX, event.offsetY)); return; }
        if (pointers.size === 2) {
          const [a, b] = [...pointers.values()];
          const before = Math.hypot(a.offsetX - b.offsetX, a.offsetY - b.offsetY);
          pointers.set(event.pointerId, event);
          const [c, d] = [...pointers.values()];
          this.zoom(Math.hypot(c.offsetX - d.offsetX, c.offsetY - d.offsetY) / Math.max(1, before), (c.offsetX + d.offsetX) / 2, (c.offsetY + d.offsetY) / 2);
        } else {
          this.scene.x += event.offsetX - last.offsetX;
          this.scene.y += event.offsetY - last.offsetY;
          moved += Math.abs(event.offsetX - last.offsetX) + Math.abs(event.offsetY - last.offsetY);
          pointers.set(event.pointerId, event);
          this.draw();
        }
      };
      this.canvas.ondblclick = (event) => { const index = this.scene.at(event.offsetX, event.offsetY); if (index >= 0) this.choose(`handler:${index}`); };
      this.canvas.onkeydown = (event) => this.key(event);
      new ResizeObserver(() => { this.scene.resize(); this.draw(); }).observe(this.canvas);
      // The palette may change under us.
      new MutationObserver(() => { this.scene.refresh(); this.draw(); }).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
      addEventListener("hashchange", () => this.readAddress());
    }

    key(event) {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const shown = [...this.scene.shown.places.keys()];
      const step = (by) => { if (shown.length) { this.focus(shown[(shown.indexOf(this.scene.focus) + by + shown.length) % shown.length]); this.scene.center(this.scene.focus); } };
      const move = (x, y) => { this.scene.x += x; this.scene.y += y; };
      const keys = {
        ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
        "+": () => this.zoom(1.3), "=": () => this.zoom(1.3), "-": () => this.zoom(1 / 1.3), "0": () => this.scene.fit(),
        "]": () => step(1), "[": () => step(-1), Escape: () => { this.focus(-1); this.choose("all"); },
        Enter: () => { if (this.scene.focus >= 0) this.choose(`handler:${this.scene.focus}`); },
        o: () => { if (this.scene.focus >= 0) location.href = this.model.handlers[this.scene.focus].page; },
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
      this.draw();
    }

    readAddress() {
      const [kind, value] = location.hash.slice(1).split("=");
      const index = kind === "handler" ? this.model.handlers.findIndex((handler) => handler.id === value)
        : kind === "sequence" ? this.model.sequences.findIndex((sequence) => sequence.name === decodeURIComponent(value || "")) : -1;
      if (index >= 0) this.choose(`${kind}:${index}`);
      return index >= 0;
    }

    choose(value) {
      const [kind, index] = value.split(":");
      this.model.view = { kind, index: Number(index) };
      this.viewChoice.value = value;
      this.scene.focus = kind === "handler" ? Number(index) : -1;
      this.change(true);
    }

    focus(index) { this.scene.focus = index; this.tell(); this.draw(); }

    hover(index) {
      if (index === this.scene.hover) return;
      this.scene.hover = index;
      this.canvas.style.cursor = index >= 0 ? "pointer" : "grab";
      this.draw();
    }

    zoom(factor, x, y) { this.scene.zoom(factor, x, y); this.draw(); }

    change(isFitted) {
      this.scene.refresh();
      this.tell();
      const isBeside = this.canvas.clientWidth >= 900;
      this.scene.covered = this.panel.hidden || !isBeside ? 0 : this.panel.offsetWidth;
      this.scene.coveredBelow = this.panel.hidden || isBeside ? 0 : this.panel.offsetHeight;
      if (isFitted) this.scene.fit();
      this.say();
      this.draw();
    }

    draw() {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.scene.draw());
    }

    say() {
      const { places, edges } = this.scene.shown;
      let words = `${count(places.size)} handlers, ${count(edges.length)} of ${count(this.model.edges.length)} connections`;
      if (this.model.pair) {
        const tally = {};
        for (const edge of edges) { const change = this.model.change(edge); tally[change] = (tally[change] || 0) + 1; }
        words += `. Per session, ${this.model.pair[0].name} (n ${this.model.pair[0].sessions} sessions) \u2192 ${this.model.pair[1].name} (n ${this.model.pair[1].sessions}): `
          + ["new", "gone", "more", "fewer", "same"].map((name) => `${tally[name] || 0} ${name}`).join(", ");
      }
      this.status.textContent = words;
    }

    // What is known of the handler in focus, beside the drawing.
    tell() {
      const handler = this.model.handlers[this.scene.focus];
      this.panel.hidden = !handler;
      if (!handler) return;
      const edges = this.model.connections(handler.index).slice(0, 40);
      const line = (edge) => {
        const isOut = edge.from === handler.index;
        const other = this.model.handlers[isOut ? edge.to : edge.from];
        const facts = [this.model.change(edge), edge.count ? `${count(edge.count)}\u00d7` : "never seen", edge.p95 === null ? "" : `p95 ${edge.p95} ms`, edge.errors ? `${edge.errors} % errors` : "", edge.via || ""].filter(Boolean).join(", ");
        const item = el("li", {}, `${isOut ? "\u2192" : "\u2190"} ${G.KINDS[edge.kind]}: `, el("a", { href: other.page }, other.name), ` (${facts}) `);
        if (edge.example) item.append(el("a", { href: edge.example }, "line"));
        return item;
      };
      this.panel.replaceChildren(
        el("h3", {}, el("a", { href: handler.page }, handler.name)),
        el("p", {}, `${handler.group}; ${handler.count ? `${count(handler.count)} executions` : "never seen"}${handler.splits ? `; without it ${handler.splits} parts` : ""}${handler.cycle ? `; in cycle ${handler.cycle}` : ""}`),
        el("ul", {}, ...edges.map(line)),
      );
    }
  }

  for (const root of document.querySelectorAll(".sl-graph")) new App(root);
})();
