// Tables whose rows stand in a file beside the page: sorted by a click or Enter on a header, filtered by what is typed,
// shown fifty rows at a time. Texts go in as text, never as HTML. The other half is docs_site/html/paged_table.py.
(() => {
  "use strict";
  const PAGE = 50;
  const NOTHING = "\u2013";
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function el(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // As docs_site/html/number_format.py: thin spaces between thousands, about three significant digits.
  function grouped(text) { return text.replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f"); }
  function count(value) { return grouped(String(Math.round(value))); }
  function number(value) {
    const size = Math.abs(value);
    const [whole, part] = value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).split(".");
    return grouped(whole) + (part ? `.${part}` : "");
  }
  function pct(value) { return value === 0 || value === 100 ? String(value) : value < 0.1 ? "< 0.1" : value > 99.9 ? "> 99.9" : value.toFixed(1); }
  function time(value) { return new Date(value).toISOString().replace("T", " ").slice(0, 23); }
  const FORMATS = { number, count, pct, time };

  class Column {
    constructor(raw) {
      Object.assign(this, raw);
      this.isText = !FORMATS[raw.kind];
    }

    value(row) { return this.isText ? this.strings[this.values[row]] || null : this.values[row]; }
    part(name, row) { return this[name] ? this.strings[this[name][row]] : ""; }
    text(row) {
      const value = this.value(row);
      return value === null ? NOTHING : this.isText ? value : FORMATS[this.kind](value);
    }
    compare(left, right) {
      const [a, b] = [this.value(left), this.value(right)];
      if (a === null || b === null) return null;
      return this.isText ? collator.compare(a, b) : a - b;
    }
  }

  function cell(column, row, tones) {
    const text = column.text(row);
    const href = column.part("hrefs", row);
    let shown = column.kind === "code" ? el("code", {}, text) : column.kind === "badge" ? el("span", { className: `sl-badge sl-${tones[text] || "plain"}` }, text) : text;
    if (href) shown = el("a", { href }, shown);
    const made = el("td", { className: column.isNumber ? "sl-number" : /\S{64}/.test(text) ? "sl-words sl-long" : text.length > 32 ? "sl-words" : "sl-short" }, shown);
    const note = column.part("notes", row);
    if (note) made.append(el("small", { className: "sl-paged-note" }, note));
    const hint = column.part("hints", row);
    if (hint) made.title = hint;
    return made;
  }

  class Table {
    constructor(holder, data) {
      this.holder = holder;
      this.tones = data.tones;
      this.columns = data.columns.map((raw) => new Column(raw));
      this.all = Array.from({ length: data.rows }, (_, row) => row);
      this.rows = this.all;
      this.page = 0;
      this.build(holder.dataset.caption);
      this.show();
    }

    build(caption) {
      const box = el("input", { type: "search", placeholder: "Filter rows" });
      box.setAttribute("aria-label", `Filter: ${caption}`);
      let waiting = 0;
      box.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.filter(box.value), 120);
      });
      this.output = el("output", {});
      this.body = el("tbody", {});
      this.heads = this.columns.map((column, index) => {
        const button = el("button", { type: "button", title: column.hint }, column.title);
        if (column.unit) button.append(" ", el("span", { className: "sl-unit" }, column.unit));
        button.addEventListener("click", () => this.sort(index));
        const head = el("th", { scope: "col", className: column.isNumber ? "sl-number" : "" }, button);
        return head;
      });
      const table = el("table", { className: "sl-data" }, el("caption", { className: "sl-hidden" }, caption), el("thead", {}, el("tr", {}, ...this.heads)), this.body);
      const scroll = el("div", { className: "sl-scroll", tabIndex: 0 }, table);
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", caption);
      const turn = (words, step) => {
        const button = el("button", { type: "button", className: "sl-paged-turn" }, words);
        button.addEventListener("click", () => { this.page += step; this.show(); scroll.scrollTop = 0; });
        return button;
      };
      this.back = turn("\u2190 Previous", -1);
      this.forth = turn("Next \u2192", 1);
      this.place = el("span", {});
      this.turns = el("div", { className: "sl-paged-turns" }, this.back, this.place, this.forth);
      this.holder.replaceChildren(el("div", { className: "sl-filter" }, box, this.output), scroll, this.turns);
    }

    filter(typed) {
      const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = (row) => {
        const text = this.columns.map((column) => `${column.text(row)} ${column.part("notes", row)}`).join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
      };
      this.rows = words.length ? this.all.filter(wanted) : this.all;
      this.page = 0;
      this.show();
    }

    sort(index) {
      const before = this.heads[index].getAttribute("aria-sort");
      const column = this.columns[index];
      const first = column.isNumber ? "descending" : "ascending";
      const direction = before ? (before === "ascending" ? "descending" : "ascending") : first;
      const sign = direction === "ascending" ? 1 : -1;
      const order = (left, right) => {
        const found = column.compare(left, right);
        // What is not known stands last, whatever the direction.
        if (found === null) return (column.value(left) === null) - (column.value(right) === null);
        return sign * found;
      };
      this.all = [...this.all].sort(order);
      const kept = new Set(this.rows);
      this.rows = this.rows.length === this.all.length ? this.all : this.all.filter((row) => kept.has(row));
      this.heads.forEach((head) => head.removeAttribute("aria-sort"));
      this.heads[index].setAttribute("aria-sort", direction);
      this.page = 0;
      this.show();
    }

    show() {
      const pages = Math.max(1, Math.ceil(this.rows.length / PAGE));
      this.page = Math.min(Math.max(this.page, 0), pages - 1);
      const from = this.page * PAGE;
      const shown = this.rows.slice(from, from + PAGE);
      this.body.replaceChildren(...shown.map((row) => el("tr", {}, ...this.columns.map((column) => cell(column, row, this.tones)))));
      this.output.textContent = this.rows.length === this.all.length ? `${count(this.all.length)} rows` : `${count(this.rows.length)} of ${count(this.all.length)} rows`;
      this.place.textContent = shown.length ? `${count(from + 1)} to ${count(from + shown.length)}` : "no row matches";
      this.turns.hidden = pages === 1 && shown.length > 0;
      this.back.disabled = this.page === 0;
      this.forth.disabled = this.page >= pages - 1;
    }
  }

  async function start(holder) {
    try {
      holder.table = new Table(holder, await self.sightlineSideData.load(holder.dataset.key, holder.dataset.source));
      holder.dataset.state = "ready";
    } catch (error) {
      holder.dataset.state = "failed";
      holder.replaceChildren(el("p", { className: "sl-empty" }, `The table could not be shown: ${error.message}`));
    }
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      watcher.unobserve(entry.target);
      start(entry.target);
    }
  }, { rootMargin: "600px" });
  document.querySelectorAll(".sl-paged").forEach((holder) => watcher.observe(holder));
})();
