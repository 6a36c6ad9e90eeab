// Drawing: the lanes and the overview strip, on two canvases. What is thinner than a pixel is merged by jumping from
// pixel to pixel through the sorted starts, so a frame costs pixels times log n, not n.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});

  const HEIGHTS = { mount: 18, registration: 14, flow: 26, movement: 18, beat: 26, handler: 20, queue_wait: 10, gap: 12, state: 16, topic: 16, error: 18, user_action: 16 };
  const AXIS = 24;
  const GUTTER = 96;
  const LANE_GAP = 9;
  const TRACK_GAP = 2;
  const NARROW = 640;
  const MARK_COLUMN = 8;
  const TOKENS = ["mount", "registration", "flow", "movement", "beat", "handler", "queue_wait", "gap", "state", "topic", "error", "warning", "deviation", "user_action"];

  function readTheme(element) {
    const style = getComputedStyle(element);
    const token = (name) => style.getPropertyValue(name).trim();
    const theme = { canvas: token("--sl-surface"), ink: token("--sl-ink"), muted: token("--sl-muted"), line: token("--sl-line"), strong: token("--sl-line-strong"), accent: token("--sl-accent"), critical: token("--sl-critical"), warning: token("--sl-warning"), sunken: token("--sl-sunken"), font: style.fontFamily };
    theme.fill = Object.fromEntries(TOKENS.map((name) => [name, token(`--sl-tl-${name}`)]));
    theme.edge = Object.fromEntries(TOKENS.map((name) => [name, token(`--sl-tl-${name}-edge`)]));
    return theme;
  }

  function hatch(context, color, background) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = background;
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = color;
    pen.lineWidth = 1.4;
    for (const shift of [-6, 0, 6]) {
      pen.beginPath();
      pen.moveTo(shift - 1, 7);
      pen.lineTo(shift + 7, -1);
      pen.stroke();
    }
    return context.createPattern(tile, "repeat");
  }

  function fitCanvas(canvas, width, height) {
    const ratio = self.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  }

  // Steps a person counts in: 1, 2 and 5 times powers of ten below a second, clock steps above.
  const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 144e5, 432e5, 864e5];

  T.formatMoment = function formatMoment(ms, step) {
    if (step >= 6e4 || Math.abs(ms) >= 6e5) {
      const sign = ms < 0 ? "-" : "";
      const seconds = Math.abs(ms) / 1000;
      const whole = Math.floor(seconds / 60);
      const rest = (seconds - whole * 60).toFixed(step >= 1000 ? 0 : step >= 1 ? 3 : 4).padStart(step >= 1000 ? 2 : 6, "0");
      return whole >= 60 ? `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}:${rest}` : `${sign}${whole}:${rest}`;
    }
    if (step >= 1000) return `${Math.round(ms / 1000)} s`;
    if (Math.abs(ms) >= 1000) return `${(ms / 1000).toFixed(step >= 100 ? 1 : step >= 10 ? 2 : step >= 1 ? 3 : 5)} s`;
    return `${Number(ms.toFixed(step >= 1 ? 0 : 2))} ms`;
  };

  T.Scene = class Scene {
    constructor(model, canvas, overview) {
      Object.assign(this, { model, canvas, overview, selected: null, hovered: null });
      this.readTheme();
    }

    readTheme() {
      this.theme = readTheme(this.canvas);
      const context = this.canvas.getContext("2d");
      this.hatches = {};
      for (const name of TOKENS) this.hatches[name] = hatch(context, this.theme.critical, this.theme.fill[name]);
      this.hatches.gap = hatch(context, this.theme.strong, this.theme.sunken);
      this.hatches.queue_wait = hatch(context, this.theme.edge.queue_wait, this.theme.canvas);
      this.density = null;
    }

    layOut(width) {
      this.width = width;
      this.isNarrow = width < NARROW;
      this.left = this.isNarrow ? 0 : GUTTER;
      let y = AXIS;
      this.rows = [];
      for (const lane of this.model.lanes) {
        const height = HEIGHTS[lane.kind] || 18;
        const labelY = y;
        y += this.isNarrow ? 15 : LANE_GAP / 2;
        lane.tracks.forEach((track) => {
          this.rows.push({ lane, track, y, height });
          y += height + TRACK_GAP;
        });
        this.rows[this.rows.length - 1].labelY = labelY;
        this.rows[this.rows.length - lane.tracks.length].isFirst = true;
        this.rows[this.rows.length - lane.tracks.length].labelY = labelY;
        y += this.isNarrow ? 3 : LANE_GAP / 2;
      }
      this.height = Math.ceil(y + 4);
      this.density = null;
    }

    x(time, view) { return this.left + ((time - view.from) / (view.to - view.from)) * (this.width - this.left); }
    time(x, view) { return view.from + ((x - this.left) / (this.width - this.left)) * (view.to - view.from); }

    draw(view) {
      const context = fitCanvas(this.canvas, this.width, this.height);
      context.fillStyle = this.theme.canvas;
      context.fillRect(0, 0, this.width, this.height);
      this.drawAxis(context, view);
      context.save();
      context.beginPath();
      context.rect(this.left, AXIS, this.width - this.left, this.height);
      context.clip();
      for (const row of this.rows) row.lane.isMarks ? this.drawMarks(context, row, view) : this.drawSpans(context, row, view);
      if (this.hovered) this.outline(context, this.hovered, view, 1);
      if (this.selected) this.outline(context, this.selected, view, 2);
      context.restore();
      this.drawLabels(context);
    }

    step(view, width, room) {
      const wanted = ((view.to - view.from) / width) * room;
      return STEPS.find((step) => step >= wanted) || STEPS[STEPS.length - 1];
    }

    drawAxis(context, view) {
      if (this.model.isFolded) return this.drawFoldedAxis(context, view);
      const step = this.step(view, this.width - this.left, 90);
      context.font = `11px ${this.theme.font}`;
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.lineWidth = 1;
      for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
        const x = Math.round(this.x(time, view)) + 0.5;
        context.strokeStyle = this.theme.line;
        context.beginPath();
        context.moveTo(x, 6);
        context.lineTo(x, this.height);
        context.stroke();
        context.fillStyle = this.theme.muted;
        context.fillText(T.formatMoment(time, step), x + 4, 12);
      }
    }

    // Each part between two folds begins with its time; further labels stand where there is room.
    drawFoldedAxis(context, view) {
      const { folding } = this.model;
      const step = this.step(view, this.width - this.left, 90);
      context.font = `11px ${this.theme.font}`;
      context.textBaseline = "middle";
      context.textAlign = "left";
      let free = this.left - 60;
      const tick = (place, time, precision = step) => {
        const x = Math.round(this.x(place, view)) + 0.5;
        context.fillStyle = this.theme.line;
        context.fillRect(x - 0.5, 6, 1, this.height);
        if (x < free) return;
        const text = T.formatMoment(time, precision);
        context.fillStyle = this.theme.muted;
        context.fillText(text, x + 4, 12);
        free = x + context.measureText(text).width + 16;
      };
      let part = Math.max(0, T.firstAbove(folding.shown, view.from) >> 1);
      let drawnTo = -Infinity;
      for (; part < folding.parts.length && folding.shown[2 * part] < view.to; part++) {
        const [from, to] = [folding.shown[2 * part], folding.shown[2 * part + 1]];
        const x = this.x(from, view);
        if (x < drawnTo + 1) continue;
        drawnTo = x;
        if (part > 0) this.drawFold(context, view, part);
        const real = folding.real[2 * part];
        // A part begins at no round time.
        if (from >= view.from) tick(from, real, Math.min(step, 100));
        for (let time = Math.ceil((real + Math.max(0, view.from - from)) / step) * step; time - real + from < Math.min(to, view.to); time += step) tick(time - real + from, time);
      }
    }

    drawFold(context, view, part) {
      const { folding } = this.model;
      const right = this.x(folding.shown[2 * part], view);
      const left = this.x(folding.shown[2 * part - 1], view);
      context.fillStyle = this.hatches.gap;
      context.fillRect(left, AXIS, Math.max(2, right - left), this.height - AXIS);
      const text = `${T.formatMs(folding.real[2 * part] - folding.real[2 * part - 1])} idle`;
      const width = context.measureText(text).width;
      if (right - left < width + 8) return;
      context.fillStyle = this.theme.canvas;
      context.fillRect(left + 2, this.height - 19, width + 4, 17);
      context.fillStyle = this.theme.muted;
      context.fillText(text, left + 4, this.height - 10);
    }

    drawLabels(context) {
      context.textAlign = "left";
      context.textBaseline = "middle";
      if (!this.isNarrow) {
        context.fillStyle = this.theme.canvas;
        context.fillRect(0, 0, this.left - 1, this.height);
        context.fillStyle = this.theme.line;
        context.fillRect(this.left - 1, 0, 1, this.height);
      }
      for (const row of this.rows) {
        if (!row.isFirst) continue;
        context.font = `600 11px ${this.theme.font}`;
        context.fillStyle = this.theme.muted;
        if (this.isNarrow) {
          const width = context.measureText(row.lane.label).width;
          context.save();
          context.globalAlpha = 0.85;
          context.fillStyle = this.theme.canvas;
          context.fillRect(0, row.labelY + 1, width + 8, 14);
          context.restore();
          context.fillStyle = this.theme.muted;
          context.fillText(row.lane.label, 3, row.labelY + 8);
        } else {
          context.fillText(row.lane.label, 8, row.y + row.height / 2 + 0.5);
        }
      }
    }

    // Draws a track: bars where there is room, else runs of merged pixels.
    drawSpans(context, row, view) {
      const { track } = row;
      const perPixel = (view.to - view.from) / (this.width - this.left);
      const isSearching = track.hitsBefore !== null;
      let place = T.firstAbove(track.reach, view.from);
      let run = null;
      const endRun = () => { if (run) this.drawRun(context, row, run); run = null; };
      while (place < track.count && track.start[place] < view.to) {
        const left = this.x(track.start[place], view);
        const right = this.x(track.end[place], view);
        if (right - left >= 1.5) {
          endRun();
          this.drawBar(context, row, place, left, right, isSearching);
          place += 1;
          continue;
        }
        const pixel = Math.floor(left);
        let next = T.firstAbove(track.start, this.time(pixel + 1, view) - perPixel * 1e-6, place + 1);
        // Only the last that starts in a pixel can reach beyond it: nothing on a track overlaps.
        if (next - place > 1 && this.x(track.end[next - 1], view) - pixel >= 2.5) next -= 1;
        const isHit = !isSearching || track.hitsBefore[next] > track.hitsBefore[place];
        const isBad = track.badBefore[next] > track.badBefore[place];
        if (run && run.right >= pixel && run.isHit === isHit && run.isBad === isBad) run.right = pixel + 1;
        else {
          endRun();
          run = { left: pixel, right: pixel + 1, isHit, isBad };
        }
        place = next;
      }
      endRun();
    }

    drawRun(context, row, run) {
      const kind = row.lane.kind;
      context.globalAlpha = run.isHit ? 1 : 0.2;
      context.fillStyle = run.isBad ? this.theme.critical : this.theme.edge[kind];
      context.fillRect(run.left, row.y, Math.max(1, run.right - run.left), row.height);
      if (run.isBad) context.fillRect(run.left - 1.5, row.y - 2, Math.max(4, run.right - run.left + 3), 3);
      context.globalAlpha = 1;
    }

    drawBar(context, row, place, left, right, isSearching) {
      const { lane, track, y, height } = row;
      const index = track.indices[place];
      const status = lane.status(index);
      const kind = lane.kind;
      const from = Math.max(left, this.left - 4);
      const width = Math.max(1.5, Math.min(right, this.width + 4) - from - (right - left > 4 ? 0.75 : 0));
      const isHit = !isSearching || lane.hits[index];
      context.globalAlpha = isHit ? 1 : 0.2;
      const isBad = lane.isBad(index);
      const isHollow = status === "never_started";
      if (isBad && !isHollow) context.fillStyle = this.hatches[kind];
      else if (kind === "gap" || kind === "queue_wait") context.fillStyle = this.hatches[kind];
      else if (status === "between mounts") context.fillStyle = this.theme.sunken;
      else context.fillStyle = isHollow ? this.theme.canvas : this.theme.fill[kind];
      context.fillRect(from, y, width, height);
      context.fillStyle = isBad ? this.theme.critical : this.theme.edge[kind];
      context.fillRect(from, y, Math.min(2, width), height);
      if (isBad) this.frame(context, from, y, width, height, this.theme.critical, 1.5, isHollow);
      if (status === "incomplete" || status === "cancelled") this.tornEdge(context, from + width, y, height, this.theme.critical);
      if (lane.isSlow(index)) {
        context.fillStyle = this.theme.warning;
        context.fillRect(from, y, width, 3);
      }
      if (width > 26 && height >= 15) this.caption(context, lane, index, from, y, width, height, isBad);
      context.globalAlpha = 1;
    }

    caption(context, lane, index, from, y, width, height, isBad) {
      context.save();
      context.beginPath();
      context.rect(from, y, width - 2, height);
      context.clip();
      context.font = `${height > 18 ? 12 : 11}px ${this.theme.font}`;
      context.textBaseline = "middle";
      const text = (isBad ? "\u2715 " : "") + lane.name(index).slice(0, 200);
      const textLeft = Math.max(from, this.left) + 6;
      if (isBad) {
        // Hatching alone would make the words hard to read.
        context.fillStyle = this.theme.canvas;
        context.globalAlpha *= 0.82;
        context.fillRect(textLeft - 3, y + 2, context.measureText(text).width + 6, height - 4);
        context.globalAlpha = 1;
      }
      context.fillStyle = this.theme.ink;
      context.fillText(text, textLeft, y + height / 2 + 0.5);
      context.restore();
    }

    frame(context, x, y, width, height, color, line, isDashed) {
      context.strokeStyle = color;
      context.lineWidth = line;
      context.setLineDash(isDashed ? [4, 3] : []);
      context.strokeRect(x + line / 2, y + line / 2, Math.max(0.5, width - line), height - line);
      context.setLineDash([]);
    }

    tornEdge(context, x, y, height, color) {
      context.strokeStyle = color;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x, y);
      for (let step = 0; step <= 4; step++) context.lineTo(x - (step % 2 ? 4 : 0), y + (height * step) / 4);
      context.stroke();
    }

    drawMarks(context, row, view) {
      const { lane, track } = row;
      const width = ((view.to - view.from) / (this.width - this.left)) * MARK_COLUMN;
      // Columns are anchored to time, not to the screen, so that marks do not dance while panning.
      const unit = 2 ** Math.ceil(Math.log2(width));
      let place = T.firstAbove(track.start, view.from - unit);
      while (place < track.count && track.start[place] < view.to + unit) {
        const border = (Math.floor(track.start[place] / unit) + 1) * unit;
        const next = Math.max(place + 1, T.firstAbove(track.start, border - unit * 1e-9, place + 1));
        const isHit = !track.hitsBefore || track.hitsBefore[next] > track.hitsBefore[place];
        context.globalAlpha = isHit ? 1 : 0.2;
        const status = next - place === 1 ? lane.status(track.indices[place]) : "several";
        this.drawGlyph(context, this.worst(lane, track, place, next), this.x(track.start[place], view), row, next - place, status);
        context.globalAlpha = 1;
        place = next;
      }
    }

    // Of merged marks the gravest is shown.
    worst(lane, track, from, to) {
      if (lane.kind !== "error") return lane.kind;
      let found = "warning";
      for (let place = from; place < Math.min(to, from + 200); place++) {
        const mark = lane.mark(track.indices[place]);
        if (mark === "error") return mark;
        if (mark === "deviation") found = mark;
      }
      return found;
    }

    drawGlyph(context, kind, x, row, count, status) {
      const middle = row.y + row.height / 2;
      const size = count > 1 ? 5.5 : 4.5;
      context.fillStyle = context.strokeStyle = this.theme.edge[kind];
      context.lineWidth = 1.5;
      context.beginPath();
      if (kind === "topic") {
        context.moveTo(x, middle - size); context.lineTo(x + size, middle); context.lineTo(x, middle + size); context.lineTo(x - size, middle); context.closePath();
      } else if (kind === "user_action") {
        context.arc(x, middle, size, 0, 2 * Math.PI);
      } else if (kind === "state") {
        // A plus, a minus, or a bar for what was updated and for several at once.
        if (status === "added" || status === "removed") context.rect(x - size, middle - 1.25, 2 * size, 2.5);
        if (status !== "removed") context.rect(x - 1.25, middle - size, 2.5, 2 * size);
      } else if (kind === "registration") {
        context.rect(x - 1, middle - size, 2, 2 * size);
      } else if (kind === "deviation") {
        context.rect(x - size + 0.5, middle - size + 0.5, 2 * size - 1, 2 * size - 1);
      } else {
        context.moveTo(x, middle - size - 0.5); context.lineTo(x + size + 0.5, middle + size - 0.5); context.lineTo(x - size - 0.5, middle + size - 0.5); context.closePath();
      }
      if (kind === "warning") {
        context.fillStyle = this.theme.canvas;
        context.fill();
        context.stroke();
      } else context.fill();
      if (count > 1) context.fillRect(x - size, row.y + row.height - 1, 2 * size, 1.5);
    }

    outline(context, item, view, line) {
      const row = this.rows.find((candidate) => candidate.lane === item.lane && candidate.track.indices.includes(item.index));
      if (!row) return;
      const left = this.x(item.lane.start[item.index], view);
      const right = this.x(item.lane.end[item.index], view);
      const from = item.lane.isMarks ? left - 8 : Math.max(left, this.left - 6);
      const to = item.lane.isMarks ? left + 8 : Math.min(Math.max(right, left + 3), this.width + 6);
      this.frame(context, from - line, row.y - line, to - from + 2 * line, row.height + 2 * line, this.theme.ink, line, false);
    }

    // Returns {lane, index, count}: what is at a point, and how many things share its pixels.
    at(x, y, view) {
      const row = this.rows.find((candidate) => y >= candidate.y - 2 && y <= candidate.y + candidate.height + 2);
      if (!row || x < this.left) return null;
      const { lane, track } = row;
      const slack = ((view.to - view.from) / (this.width - this.left)) * (lane.isMarks ? 7 : 3);
      const time = this.time(x, view);
      const from = T.firstAbove(track.reach, time - slack);
      const to = T.firstAbove(track.start, time + slack);
      let best = -1;
      let nearest = Infinity;
      for (let place = from; place < Math.min(to, from + 4000); place++) {
        const distance = Math.max(track.start[place] - time, time - track.end[place], 0);
        if (distance <= slack && (distance < nearest || (distance === nearest && track.end[place] - track.start[place] < track.end[best] - track.start[best]))) {
          nearest = distance;
          best = place;
        }
      }
      return best < 0 ? null : { lane, index: track.indices[best], count: to - from };
    }

    drawOverview(view, width) {
      const height = 54;
      const context = fitCanvas(this.overview, width, height);
      const theme = this.theme;
      const { first, last } = this.model;
      const scale = width / (last - first);
      context.fillStyle = theme.sunken;
      context.fillRect(0, 0, width, height);
      this.drawGaps(context, scale, first, height);
      if (!this.density || this.density.length !== Math.ceil(width)) this.density = this.countStarts(Math.ceil(width));
      const most = Math.max(1, ...this.density);
      context.fillStyle = theme.edge.beat;
      this.density.forEach((count, x) => {
        if (count) context.fillRect(x, height - 4 - Math.max(2, Math.sqrt(count / most) * (height - 16)), 1, Math.max(2, Math.sqrt(count / most) * (height - 16)));
      });
      const errors = this.model.byKind.error;
      if (errors) {
        context.fillStyle = theme.critical;
        let lastX = -9;
        for (const start of errors.start) {
          const x = (start - first) * scale;
          if (x - lastX < 2) continue;
          lastX = x;
          context.beginPath();
          context.moveTo(x, 1); context.lineTo(x + 3.5, 7); context.lineTo(x - 3.5, 7);
          context.fill();
        }
      }
      const from = (view.from - first) * scale;
      const to = Math.max(from + 3, (view.to - first) * scale);
      context.fillStyle = theme.canvas;
      context.globalAlpha = 0.6;
      context.fillRect(0, 0, Math.max(0, from), height);
      context.fillRect(to, 0, width - to, height);
      context.globalAlpha = 1;
      context.strokeStyle = context.fillStyle = theme.accent;
      context.lineWidth = 1.5;
      context.strokeRect(from + 0.75, 0.75, to - from - 1.5, height - 1.5);
      for (const x of [from, to]) context.fillRect(x - 2, height / 2 - 9, 4, 18);
    }

    drawGaps(context, scale, first, height) {
      const gaps = this.model.byKind.gap;
      if (!gaps || this.model.isFolded) return;
      context.fillStyle = this.hatches.gap;
      for (let index = 0; index < gaps.count; index++) {
        const width = (gaps.end[index] - gaps.start[index]) * scale;
        if (width >= 2) context.fillRect((gaps.start[index] - first) * scale, 0, width, height);
      }
    }

    countStarts(width) {
      const counts = new Float64Array(width);
      const scale = width / (this.model.last - this.model.first);
      for (const kind of ["beat", "handler", "topic"]) {
        const lane = this.model.byKind[kind];
        if (lane) lane.start.forEach((start, index) => { counts[Math.min(width - 1, Math.floor((start - this.model.first) * scale))] += lane.things(index); });
      }
      return counts;
    }
  };
})();
