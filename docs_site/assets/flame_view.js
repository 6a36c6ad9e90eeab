// Draws a tree of frames, root at the top: zoom, search, keyboard, tooltip. What the frames mean, their colours and what a
// frame leads to come from flame.js and flame_difference.js. Frames are buttons, so that they can be focused and read aloud.
(() => {
  "use strict";
  const F = (self.SightlineFlame = self.SightlineFlame || {});
  const ROW = 26;
  const LEAST = 1;
  const LEAST_TEXT = 26;

  F.element = function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  F.duration = function duration(microseconds) {
    const size = Math.abs(microseconds) / 1000;
    const digits = (value) => value.toLocaleString("en", { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });
    const sign = microseconds < 0 ? "−" : "";
    if (size < 1000) return `${sign}${digits(size)} ms`;
    if (size < 120000) return `${sign}${digits(size / 1000)} s`;
    return size < 7200000 ? `${sign}${digits(size / 60000)} min` : `${sign}${digits(size / 3600000)} h`;
  };
  F.count = (value) => Math.round(value).toLocaleString("en").replaceAll(",", "\u202f");
  F.share = (part, whole) => {
    const pct = whole ? (100 * part) / whole : 0;
    if (pct === 0 || pct === 100) return `${pct} %`;
    return pct < 0.1 ? "< 0.1 %" : `${pct > 99.9 ? "> 99.9" : pct.toFixed(1)} %`;
  };

  // `look(frame)` gives { css, text, facts: [[word, value]] }; `choose(frame)` is called when a frame is chosen.
  F.View = class View {
    constructor(stage, label, look, choose) {
      Object.assign(this, { stage, look, choose, query: "", shown: [] });
      stage.setAttribute("role", "tree");
      stage.setAttribute("aria-label", label);
      this.frames = stage.appendChild(F.element("div", "sl-fl-frames"));
      this.tip = stage.appendChild(F.element("div", "sl-fl-tip"));
      this.tip.hidden = true;
      stage.addEventListener("keydown", (event) => this.key(event));
      stage.addEventListener("pointermove", (event) => this.hover(event));
      stage.addEventListener("pointerleave", () => { this.tip.hidden = true; });
      new ResizeObserver(() => this.width !== this.stage.clientWidth && this.root && this.draw()).observe(stage);
    }

    show(root) {
      const names = this.zoomed ? F.stackOf(this.zoomed) : [];
      this.root = root;
      this.zoomed = this.selected = find(root, names) || root;
      this.draw();
    }

    zoom(frame) {
      this.selected = frame;
      this.zoomed = frame.children.length || !frame.parent ? frame : frame.parent;
      this.draw();
      this.choose(frame);
    }

    search(query) {
      this.query = query.trim().toLowerCase();
      this.draw();
      return this.found;
    }

    matches(frame) {
      return this.query !== "" && frame.name.toLowerCase().includes(this.query);
    }

    draw() {
      this.width = this.stage.clientWidth;
      const scale = this.width / (this.zoomed.width || 1);
      this.shown = [];
      this.depth = 0;
      const above = [];
      for (let at = this.zoomed.parent; at; at = at.parent) above.unshift(at);
      above.forEach((frame) => this.place(frame, 0, this.width, true));
      this.lay(this.zoomed, 0, scale);
      this.frames.replaceChildren(...this.shown.map((frame) => frame.button));
      this.frames.style.height = `${(this.depth + 1) * ROW}px`;
      this.found = { count: 0, width: 0 };
      if (this.query) this.tally(this.root, false);
    }

    lay(frame, left, scale) {
      const width = frame.width * scale;
      if (width < LEAST) return;
      this.place(frame, left, width, false);
      let at = left;
      for (const child of frame.children) {
        this.lay(child, at, scale);
        at += child.width * scale;
      }
    }

    tally(frame, isInside) {
      const hit = this.matches(frame);
      if (hit) this.found.count += 1;
      if (hit && !isInside) this.found.width += frame.width;
      frame.children.forEach((child) => this.tally(child, isInside || hit));
    }

    place(frame, left, width, isAbove) {
      const look = this.look(frame);
      const button = F.element("button", `sl-fl-frame sl-fl-${look.css}`);
      button.type = "button";
      button.style.cssText = `left:${left.toFixed(2)}px;width:${Math.max(LEAST, width - 1).toFixed(2)}px;top:${frame.depth * ROW}px`;
      if (width >= LEAST_TEXT) button.append(F.element("span", "", look.text));
      if (isAbove) button.classList.add("sl-fl-above");
      if (this.query) button.classList.add(this.matches(frame) ? "sl-fl-hit" : "sl-fl-miss");
      if (frame === this.selected) button.setAttribute("aria-selected", "true");
      button.tabIndex = frame === this.selected ? 0 : -1;
      button.setAttribute("role", "treeitem");
      button.setAttribute("aria-level", frame.depth + 1);
      button.setAttribute("aria-label", [look.text, ...look.facts.map(([word, value]) => `${word} ${value}`)].join(", "));
      button.addEventListener("click", () => { this.zoom(frame); this.focus(); });
      frame.button = button;
      button.frame = frame;
      this.depth = Math.max(this.depth, frame.depth);
      this.shown.push(frame);
    }

    focus() {
      if (this.selected.button.isConnected) this.selected.button.focus({ preventScroll: true });
    }

    hover(event) {
      const { frame } = event.target.closest(".sl-fl-frame") || {};
      this.tip.hidden = !frame;
      if (!frame) return;
      const look = this.look(frame);
      const facts = look.facts.map(([word, value]) => {
        const line = F.element("div");
        line.append(F.element("span", "", word), F.element("b", "", value));
        return line;
      });
      this.tip.replaceChildren(F.element("strong", "", frame.name), F.element("em", "", F.kindWords(frame.kind)), ...facts);
      const box = this.stage.getBoundingClientRect();
      const x = event.clientX - box.left;
      this.tip.style.left = `${Math.max(0, Math.min(x + 12, box.width - this.tip.offsetWidth - 4))}px`;
      this.tip.style.top = `${(frame.depth + 1) * ROW + 6}px`;
    }

    key(event) {
      const at = this.selected;
      const siblings = at.parent ? at.parent.children.filter((frame) => frame.button && frame.button.isConnected) : [at];
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      let next = null;
      if (step) next = siblings[siblings.indexOf(at) + step];
      else if (event.key === "ArrowUp") next = at.parent;
      else if (event.key === "ArrowDown") next = at.children.find((frame) => frame.button && frame.button.isConnected);
      else if (event.key === "Enter" || event.key === " ") next = at;
      else if (event.key === "Escape" || event.key === "Home") next = this.root;
      else return;
      event.preventDefault();
      if (!next) return;
      if (["Enter", " ", "Escape", "Home"].includes(event.key)) this.zoom(next);
      else this.select(next);
      this.focus();
    }

    select(frame) {
      this.selected = frame;
      if (!frame.button.isConnected || frame.button.classList.contains("sl-fl-above")) this.zoomed = frame;
      this.draw();
      this.choose(frame);
    }
  };

  function find(root, names) {
    let at = root;
    for (const name of names.slice(1)) {
      at = at.children.find((child) => child.name === name);
      if (!at) return null;
    }
    return at;
  }
})();
