// The log lines of a session: a list that holds only the rows in view, filters, keys, and addresses like #L120 or
// #L120-L140. The list's data is lines_model.js, the panel beside it lines_panel.js.
(() => {
  "use strict";
  const L = (self.SightlineLines = self.SightlineLines || {});
  const el = L.element;
  const ROW = 20;
  // Browsers stop growing an element at some 17 million pixels; above, the scroll bar stands for more rows than pixels.
  const TALLEST = 12e6;
  const LONGEST_ROW = 700;
  const MARKS = ["\u00b7", "", "!", "\u2715", "?"];
  const HELP = "j and k or the arrows move, e finds the next warning or error (E the one before), / filters, y copies a link, g and G go to the ends.";

  class App {
    constructor(root, model) {
      Object.assign(this, { root, model, chosen: -1, range: null, pool: [] });
      this.build();
      this.listen();
      this.layOut();
      this.readAddress();
      this.fillSignals();
    }

    build() {
      this.words = el("input", { type: "search", placeholder: "Filter by text, field, message type \u2026", "aria-label": "Filter the lines" });
      this.signal = el("select", { "aria-label": "Signal" }, el("option", { value: "" }, "every signal"));
      this.boxes = this.model.about.severities.map((word, number) => {
        const box = el("input", { type: "checkbox", checked: true, value: String(number) });
        return { box, label: el("label", { className: `sl-ln-check sl-ln-s${number}` }, box, word) };
      });
      this.found = el("output", {});
      const bar = el("div", { className: "sl-ln-bar" }, this.words, this.signal, el("span", { className: "sl-ln-checks", role: "group", "aria-label": "Severities" }, ...this.boxes.map((entry) => entry.label)), this.found);
      this.spacer = el("div", { className: "sl-ln-spacer" });
      this.window = el("div", { className: "sl-ln-window" });
      this.list = el("div", { className: "sl-ln-list", tabIndex: 0, role: "listbox", "aria-label": `Log lines of ${this.model.about.name}`, "aria-describedby": "sl-ln-help" }, this.spacer, this.window);
      this.panel = el("aside", { className: "sl-ln-panel", "aria-live": "polite", "aria-label": "The chosen record" });
      this.root.replaceChildren(bar, el("div", { className: "sl-ln-main" }, this.list, this.panel), el("p", { id: "sl-ln-help", className: "sl-ln-help" }, HELP));
      L.panel(this.panel, this.model, null, this);
    }

    listen() {
      this.list.addEventListener("scroll", () => this.redraw(), { passive: true });
      new ResizeObserver(() => this.redraw()).observe(this.list);
      this.window.addEventListener("click", (event) => {
        const row = event.target.closest("[data-row]");
        if (row) this.choose(Number(row.dataset.row));
      });
      let timer;
      const later = () => { clearTimeout(timer); timer = setTimeout(() => this.filter(), 120); };
      this.words.addEventListener("input", later);
      this.signal.addEventListener("change", () => this.filter());
      this.boxes.forEach(({ box }) => box.addEventListener("change", () => this.filter()));
      this.copy = () => this.copyLink();
      this.inContext = () => this.showInContext();
      document.addEventListener("keydown", (event) => this.onKey(event));
      addEventListener("hashchange", () => this.readAddress());
    }

    layOut() {
      const height = this.model.rowCount * ROW;
      this.height = Math.min(height, TALLEST);
      this.spacer.style.height = `${this.height}px`;
      this.redraw();
    }

    visibleRows() { return Math.max(1, Math.floor(this.list.clientHeight / ROW)); }

    get topRow() {
      if (this.height === this.model.rowCount * ROW) return this.list.scrollTop / ROW;
      const share = this.list.scrollTop / Math.max(1, this.height - this.list.clientHeight);
      return share * Math.max(0, this.model.rowCount - this.visibleRows());
    }

    scrollToRow(row) {
      const most = Math.max(1, this.model.rowCount - this.visibleRows());
      this.list.scrollTop = this.height === this.model.rowCount * ROW ? row * ROW : (row / most) * (this.height - this.list.clientHeight);
    }

    redraw() {
      if (this.isWaiting) return;
      this.isWaiting = true;
      requestAnimationFrame(() => {
        this.isWaiting = false;
        this.draw();
      });
    }

    draw() {
      const first = Math.max(0, Math.floor(this.topRow) - 4);
      const last = Math.min(this.model.rowCount, first + this.visibleRows() + 10);
      this.window.style.transform = `translateY(${this.height === this.model.rowCount * ROW ? first * ROW : this.list.scrollTop}px)`;
      const rows = [];
      this.model.inView = new Set();
      for (let row = first; row < last; row++) this.model.inView.add(this.model.chunkOfRow(row));
      for (let row = first; row < last; row++) rows.push(this.drawRow(row, row - first));
      this.model.letGo();
      this.window.replaceChildren(...rows);
      const active = this.window.querySelector('[aria-selected="true"]');
      if (active) this.list.setAttribute("aria-activedescendant", active.id);
      else this.list.removeAttribute("aria-activedescendant");
    }

    drawRow(row, slot) {
      const place = this.model.at(row);
      const made = (this.pool[slot] = this.pool[slot] || makeRow());
      made.dataset.row = String(row);
      made.id = `sl-ln-row-${row}`;
      if (!place) {
        const chunk = this.model.chunkOfRow(row);
        chunk.load().then(() => this.redraw());
        fill(made, "", "", "", "", "loading \u2026");
        made.className = "sl-ln-row";
        made.setAttribute("aria-selected", "false");
        return made;
      }
      const { chunk, record, part } = place;
      const line = this.model.line(place);
      const severity = chunk.data.severity[record];
      const isFirst = part === 0;
      const sourceLine = chunk.data.sourceLine[record];
      const source = isFirst && chunk.text("sourceFileName", record) ? `${chunk.text("sourceFileName", record)}${sourceLine === null ? "" : `:${sourceLine}`}` : "";
      fill(made, String(line), isFirst ? L.clock(this.model.about, chunk.data.at[record]) : "", isFirst ? MARKS[severity] : "", source, this.model.rowText(place).slice(0, LONGEST_ROW));
      if (this.emphasis) emphasise(made.lastChild, this.emphasis);
      const isChosen = this.chosenPlace && this.chosenPlace.chunk === chunk && this.chosenPlace.record === record;
      const isInRange = this.range && line >= this.range[0] && line <= this.range[1];
      made.className = `sl-ln-row sl-ln-s${severity}${isFirst ? "" : " sl-ln-more"}${isChosen ? " sl-ln-chosen" : ""}${isInRange ? " sl-ln-target" : ""}`;
      made.setAttribute("aria-selected", String(row === this.chosen));
      return made;
    }

    choose(row, isCentred = false) {
      if (row < 0 || row >= this.model.rowCount) return;
      const place = this.model.at(row);
      if (!place) {
        this.model.chunkOfRow(row).load().then(() => this.choose(row, isCentred));
        return;
      }
      this.chosen = row;
      this.chosenPlace = place;
      this.model.pinned = place.chunk;
      const top = this.topRow;
      const room = this.visibleRows();
      if (isCentred) this.scrollToRow(Math.max(0, row - Math.floor(room / 3)));
      else if (row < top) this.scrollToRow(row);
      else if (row > top + room - 1) this.scrollToRow(row - room + 1);
      L.panel(this.panel, this.model, place, this);
      const line = this.model.line(place);
      if (!this.range || line < this.range[0] || line > this.range[1]) {
        this.range = [line, line];
        history.replaceState(null, "", `#L${line}`);
      }
      this.redraw();
    }

    async readAddress() {
      const found = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
      if (!found) {
        await this.model.chunks[0].load();
        return this.redraw();
      }
      const from = Number(found[1]);
      const to = Math.max(from, Number(found[2] || from));
      this.range = [from, to];
      const row = await this.model.rowOfLine(from);
      this.choose(row, true);
      const place = this.model.at(row);
      const shown = place && this.model.line(place);
      if (place && shown !== from) this.found.textContent = `Line ${from} is blank or not in this log; the nearest before it is shown.`;
    }

    fillSignals() {
      for (const [name, count] of this.model.about.signals) this.signal.append(el("option", { value: name }, `${name} (${count})`));
    }

    async filter() {
      const severities = new Set(this.boxes.filter(({ box }) => box.checked).map(({ box }) => Number(box.value)));
      const words = this.words.value.trim();
      const isAll = !words && !this.signal.value && severities.size === this.boxes.length;
      const ticket = (this.ticket = (this.ticket || 0) + 1);
      const line = this.chosenPlace ? this.model.line(this.chosenPlace) : null;
      const count = await this.model.filter(isAll ? null : { words, severities, signal: this.signal.value }, (done, of) => { if (of > 1) this.found.textContent = `part ${done} of ${of}`; });
      if (ticket !== this.ticket) return;
      this.found.textContent = count === null ? "" : count === 1 ? "1 record" : `${count} records`;
      this.emphasis = count === null ? "" : words.toLowerCase();
      L.panel(this.panel, this.model, this.chosenPlace, this);
      this.layOut();
      if (!this.model.rowCount) {
        this.window.replaceChildren(el("p", { className: "sl-ln-hint" }, "No record passes this filter."));
        return;
      }
      if (line === null) this.list.scrollTop = 0;
      else this.scrollToRow(Math.max(0, (await this.model.rowOfLine(line)) - 6));
    }

    async showInContext() {
      const line = this.model.line(this.chosenPlace);
      this.words.value = "";
      this.signal.value = "";
      this.boxes.forEach(({ box }) => { box.checked = true; });
      await this.filter();
      this.choose(await this.model.rowOfLine(line), true);
    }

    async copyLink() {
      const line = this.model.line(this.chosenPlace);
      const address = `${location.href.replace(/#.*/, "")}#L${line}`;
      try {
        await navigator.clipboard.writeText(address);
        this.found.textContent = `Link to line ${line} copied`;
      } catch {
        history.replaceState(null, "", `#L${line}`);
        this.found.textContent = "The address bar holds the link";
      }
    }

    async chooseGrave(row, direction) { this.choose(await this.model.nextGrave(row, direction), true); }

    onKey(event) {
      const isTyping = event.target.closest && event.target.closest("input, select, textarea, [contenteditable]");
      if (event.target === this.words) {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "Enter") this.list.focus();
        return;
      }
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const isListed = event.target === this.list || event.target === document.body;
      const page = this.visibleRows() - 2;
      const row = this.chosen < 0 ? Math.floor(this.topRow) - 1 : this.chosen;
      const keys = {
        j: () => this.choose(row + 1), k: () => this.choose(row - 1), g: () => this.choose(0), G: () => this.choose(this.model.rowCount - 1),
        e: () => this.chooseGrave(row, 1), E: () => this.chooseGrave(row, -1),
        "/": () => this.words.focus(), y: () => this.chosenPlace && this.copyLink(),
      };
      if (event.target === this.list) Object.assign(keys, {
        ArrowDown: keys.j, ArrowUp: keys.k, Home: keys.g, End: keys.G,
        PageDown: () => this.choose(Math.min(this.model.rowCount - 1, row + page)), PageUp: () => this.choose(Math.max(0, row - page)),
      });
      const act = keys[event.key];
      if (!act || !isListed) return;
      event.preventDefault();
      // The theme has keys of its own on the whole page.
      event.stopPropagation();
      act();
    }
  }

  function makeRow() {
    return el("div", { role: "option" }, el("a", { className: "sl-ln-number", tabIndex: -1 }), el("span", { className: "sl-ln-time" }), el("span", { className: "sl-ln-mark" }), el("span", { className: "sl-ln-source" }), el("span", { className: "sl-ln-text" }));
  }

  function fill(row, line, ...texts) {
    const [number, ...cells] = row.children;
    number.textContent = line;
    if (line) number.href = `#L${line}`;
    else number.removeAttribute("href");
    cells.forEach((cell, place) => { cell.textContent = texts[place]; });
    row.children[3].title = texts[2];
  }

  // Shows where the filter's words are; built of text nodes.
  function emphasise(cell, words) {
    const text = cell.textContent;
    const lower = text.toLowerCase();
    const parts = [];
    let from = 0;
    // Lower case can be longer than the text (a dotted capital I): then places would not fit.
    if (lower.length !== text.length) return;
    for (let found = lower.indexOf(words); found >= 0; found = lower.indexOf(words, from)) {
      parts.push(text.slice(from, found), el("mark", {}, text.slice(found, found + words.length)));
      from = found + words.length;
    }
    if (parts.length) cell.replaceChildren(...parts, text.slice(from));
  }

  async function start(root) {
    try {
      root.app = new App(root, new L.Model(JSON.parse(root.dataset.about)));
      await root.app.model.chunks[0].load();
      root.dataset.state = "ready";
    } catch (error) {
      root.dataset.state = "failed";
      root.replaceChildren(el("p", { className: "sl-empty" }, `The lines could not be shown: ${error.message}`));
    }
  }

  document.querySelectorAll(".sl-lines").forEach(start);
})();
