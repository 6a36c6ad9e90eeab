// Draws the graph on a canvas, and tells what stands under a point. Colours come from the page's palette.
(() => {
  "use strict";
  const G = (self.SightlineGraph = self.SightlineGraph || {});
  const WIDTH = 168;
  const HEIGHT = 20;
  const COLOURS = ["--sl-series-1", "--sl-series-3", "--sl-series-2", "--sl-series-5", "--sl-series-6"];
  const DASHES = [[], [2, 3], [8, 3], [1, 4], [5, 3, 1, 3]];
  const CHANGES = { new: "--sl-good", more: "--sl-good", gone: "--sl-critical", fewer: "--sl-warning", same: "--sl-line-strong", absent: "--sl-line" };
  G.colourOf = (kind) => `var(${COLOURS[kind]})`;
  // Names are drawn from this zoom on; below it they would be a smear.
  const READABLE = 0.42;
  const PHONE = 600;
  const ON_PHONE = 0.6;

  class Scene {
    constructor(canvas, model) {
      Object.assign(this, { canvas, model, scale: 1, x: 0, y: 0, focus: -1, hover: -1, context: canvas.getContext("2d") });
      this.refresh();
    }

    refresh() {
      this.shown = this.model.shown();
      const styles = getComputedStyle(this.canvas);
      this.colour = (name) => styles.getPropertyValue(name).trim();
    }

    resize() {
      const ratio = window.devicePixelRatio || 1;
      const { clientWidth, clientHeight } = this.canvas;
      this.canvas.width = Math.round(clientWidth * ratio);
      this.canvas.height = Math.round(clientHeight * ratio);
      this.ratio = ratio;
    }

    fit() {
      const points = [...this.shown.places.values()];
      if (!points.length) return;
      const xs = points.map((point) => point[0]);
      const ys = points.map((point) => point[1]);
      const left = Math.min(...xs) - 50, right = Math.max(...xs) + WIDTH + 50;
      const top = Math.min(...ys) - 90, bottom = Math.max(...ys) + 60;
      const clientHeight = this.canvas.clientHeight - (this.coveredBelow || 0);
      const clientWidth = this.canvas.clientWidth - (this.covered || 0);
      this.scale = Math.min(1.4, clientWidth / (right - left), clientHeight / (bottom - top));
      this.x = clientWidth / 2 - ((left + right) / 2) * this.scale;
      this.y = clientHeight / 2 - ((top + bottom) / 2) * this.scale;
      // On a phone the whole would be dust: begin at the upper left, large enough to read, and let the reader move.
      if (this.scale < READABLE && clientWidth < PHONE) {
        this.scale = ON_PHONE;
        this.x = 8 - (left + 40) * ON_PHONE;
        this.y = 8 - (top + 40) * ON_PHONE;
      }
    }

    zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
      const scale = Math.min(3, Math.max(0.03, this.scale * factor));
      this.x = x - ((x - this.x) / this.scale) * scale;
      this.y = y - ((y - this.y) / this.scale) * scale;
      this.scale = scale;
    }

    at(x, y) {
      const px = (x - this.x) / this.scale, py = (y - this.y) / this.scale;
      for (const [index, [left, middle]] of this.shown.places) {
        if (px >= left && px <= left + WIDTH && Math.abs(py - middle) <= HEIGHT / 2 + 3) return index;
      }
      return -1;
    }

    center(index) {
      const place = this.shown.places.get(index);
      if (!place) return;
      this.x = this.canvas.clientWidth / 2 - (place[0] + WIDTH / 2) * this.scale;
      this.y = this.canvas.clientHeight / 2 - place[1] * this.scale;
    }

    draw() {
      const { context, ratio, scale } = this;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, this.canvas.clientWidth, this.canvas.clientHeight);
      context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * this.x, ratio * this.y);
      this.drawBoxes();
      const lit = this.hover >= 0 ? this.hover : this.focus;
      for (const edge of this.shown.edges) if (edge.from !== lit && edge.to !== lit) this.drawEdge(edge, lit >= 0 ? 0.12 : 0.62);
      for (const edge of this.shown.edges) if (edge.from === lit || edge.to === lit) this.drawEdge(edge, 1);
      const near = new Set(lit < 0 ? [] : this.shown.edges.filter((edge) => edge.from === lit || edge.to === lit).flatMap((edge) => [edge.from, edge.to]));
      for (const [index, place] of this.shown.places) this.drawHandler(this.model.handlers[index], place, lit < 0 || index === lit || near.has(index));
    }

    drawBoxes() {
      const { context } = this;
      for (const [name, x, y, width, height] of this.shown.boxes) {
        context.fillStyle = this.colour("--sl-sunken");
        context.strokeStyle = this.colour("--sl-line");
        context.lineWidth = 1;
        context.beginPath();
        context.roundRect(x, y - 14, width, height, 8);
        context.fill();
        context.stroke();
        context.fillStyle = this.colour("--sl-muted");
        const size = Math.min(64, Math.max(13, 11 / this.scale));
        context.font = `600 ${size}px sans-serif`;
        const most = Math.max(4, Math.floor(width / (size * 0.5)));
        context.fillText(name.length > most ? `${name.slice(0, most - 1)}\u2026` : name, x + 8, y - 18, width);
      }
    }

    drawEdge(edge, alpha) {
      const from = this.shown.places.get(edge.from), to = this.shown.places.get(edge.to);
      if (!from || !to) return;
      const { context } = this;
      const change = this.model.change(edge);
      context.globalAlpha = change === "absent" ? alpha * 0.25 : alpha;
      context.strokeStyle = context.fillStyle = this.colour(change ? CHANGES[change] : COLOURS[edge.kind]);
      context.lineWidth = (edge.known === 1 ? 0.9 : 1.1) + Math.log10(edge.count + 1) * 0.7;
      context.setLineDash(edge.known === 1 ? [3, 4] : DASHES[edge.kind]);
      context.beginPath();
      let end, angle;
      if (edge.from === edge.to) {
        const x = from[0] + WIDTH - 16, y = from[1] - HEIGHT / 2;
        context.arc(x, y - 5, 8, 0.6 * Math.PI, 2.4 * Math.PI);
        end = [x + 6, y]; angle = Math.PI * 0.6;
      } else if (to[0] > from[0] + WIDTH / 2) {
        const start = [from[0] + WIDTH, from[1]];
        end = [to[0], to[1]];
        const bend = Math.max(24, (end[0] - start[0]) / 2);
        context.moveTo(...start);
        context.bezierCurveTo(start[0] + bend, start[1], end[0] - bend, end[1], ...end);
        angle = 0;
      } else {
        const side = to[1] >= from[1] ? 1 : -1;
        const start = [from[0] + WIDTH / 2, from[1] + (side * HEIGHT) / 2];
        end = [to[0] + WIDTH / 2, to[1] - (side * HEIGHT) / 2];
        if (from[1] === to[1]) end[1] = to[1] + HEIGHT / 2;
        const bend = Math.max(26, Math.abs(end[1] - start[1]) / 2);
        context.moveTo(...start);
        context.bezierCurveTo(start[0], start[1] + side * bend, end[0], end[1] - (from[1] === to[1] ? -side : side) * bend, ...end);
        angle = (from[1] === to[1] ? -side : side) * Math.PI / 2;
      }
      context.stroke();
      context.setLineDash([]);
      if (this.scale > 0.25) {
        context.beginPath();
        context.moveTo(...end);
        context.lineTo(end[0] - 8 * Math.cos(angle - 0.4), end[1] - 8 * Math.sin(angle - 0.4));
        context.lineTo(end[0] - 8 * Math.cos(angle + 0.4), end[1] - 8 * Math.sin(angle + 0.4));
        context.fill();
      }
      context.globalAlpha = 1;
    }

    drawHandler(handler, [x, y], isLit) {
      const { context } = this;
      context.globalAlpha = isLit ? 1 : 0.35;
      context.fillStyle = this.colour(handler.index === this.focus ? "--sl-accent-soft" : "--sl-raised");
      context.strokeStyle = this.colour(handler.cycle ? "--sl-critical" : handler.splits >= 3 ? "--sl-warning" : handler.index === this.focus ? "--sl-accent" : "--sl-line-strong");
      context.lineWidth = handler.cycle || handler.splits >= 3 || handler.index === this.focus ? 2 : 1;
      // Never seen in production: an outline of dashes.
      context.setLineDash(handler.count ? [] : [3, 3]);
      context.beginPath();
      context.roundRect(x, y - HEIGHT / 2, WIDTH, HEIGHT, 4);
      context.fill();
      context.stroke();
      context.setLineDash([]);
      if (this.scale >= READABLE) {
        context.fillStyle = this.colour("--sl-ink");
        // Names grow as the drawing shrinks, as far as the frame allows.
        const size = Math.round(Math.min(18, Math.max(11, 8.5 / this.scale)));
        context.font = `${size}px sans-serif`;
        context.fillText(this.fitted(handler, size), x + 6, y + size * 0.36);
      }
      context.globalAlpha = 1;
    }

    fitted(handler, size) {
      if (handler.drawn?.size === size) return handler.drawn.text;
      let text = handler.name;
      while (text.length > 3 && this.context.measureText(text).width > WIDTH - 10) text = `${text.replace("\u2026", "").slice(0, -1)}\u2026`;
      handler.drawn = { size, text };
      return text;
    }
  }
  G.Scene = Scene;
})();
