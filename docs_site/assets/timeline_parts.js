// A long session in parts: the overview stands for all of it, and what a look into a stretch of time needs is loaded and
// put together here, as one session. The other half is docs_site/pages/timeline_parts.py.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  // A look that touches more parts is shown as groups.
  const MOST_SHOWN = 2;
  const MOST_LOADED = 4;
  const TEXTS = new Set(["name", "status", "link", "key", "mark"]);

  // Numbers things in the order they come in.
  class Numbers {
    constructor() { this.known = new Map(); }
    number(value) {
      if (!this.known.has(value)) this.known.set(value, this.known.size);
      return this.known.get(value);
    }
    get values() { return [...this.known.keys()]; }
  }

  function identity(payload, raw, index) { return `${raw.start[index]}|${raw.line[index]}|${payload.strings[raw.name[index]]}`; }

  // What stands in one lane of several parts, in order of time, each thing once: spans that reach over a border are in both.
  function entriesOf(payloads, kind) {
    const entries = [];
    const known = new Map();
    const places = payloads.map((payload, part) => {
      const raw = payload.lanes.find((lane) => lane.kind === kind);
      if (!raw) return [];
      const own = raw.start.map((start, index) => {
        const name = identity(payload, raw, index);
        const before = known.get(name);
        if (before && before.part < part) return before;
        const entry = { part, index, start };
        known.set(name, entry);
        entries.push(entry);
        return entry;
      });
      return own;
    });
    entries.sort((left, right) => left.start - right.start);
    entries.forEach((entry, place) => { entry.place = place; });
    return { entries, places };
  }

  // One session out of neighbouring parts.
  T.merge = function merge(payloads) {
    if (payloads.length === 1) return payloads[0];
    const strings = new Numbers();
    const typical = new Numbers();
    const texts = payloads.map((payload) => payload.strings.map((text) => strings.number(text)));
    const usual = payloads.map((payload) => payload.typicalKeys.map((key) => typical.number(key)));
    const kinds = [...new Set(payloads.flatMap((payload) => payload.lanes.map((lane) => lane.kind)))];
    const found = new Map(kinds.map((kind) => [kind, entriesOf(payloads, kind)]));
    const placeOf = (kind, part, index) => (index < 0 || !found.has(kind) ? -1 : found.get(kind).places[part][index].place);
    const value = (column, part, given) => {
      if (TEXTS.has(column)) return texts[part][given];
      if (column === "typical") return given < 0 ? -1 : usual[part][given];
      return column === "flow" || column === "handler" || column === "beat" ? placeOf(column, part, given) : given;
    };
    const lanes = kinds.map((kind) => {
      const { entries, places } = found.get(kind);
      const raws = payloads.map((payload) => payload.lanes.find((lane) => lane.kind === kind));
      const first = raws.find(Boolean);
      const lane = { kind, isMarks: first.isMarks, facts: [] };
      for (const column of Object.keys(first).filter((name) => Array.isArray(first[name]) && name !== "facts")) {
        lane[column] = entries.map(({ part, index }) => value(column, part, raws[part][column][index]));
      }
      raws.forEach((raw, part) => {
        for (let place = 0; raw && place < raw.facts.length; place += 3) {
          const entry = places[part][raw.facts[place]];
          if (entry.part === part) lane.facts.push(entry.place, texts[part][raw.facts[place + 1]], texts[part][raw.facts[place + 2]]);
        }
      });
      return lane;
    });
    const flows = found.get("flow");
    const flowIds = flows ? flows.entries.map(({ part, index }) => payloads[part].flowIds[index]) : [];
    return { ...payloads[0], lanes, flowIds, typicalKeys: typical.values, strings: strings.values };
  };

  T.Parts = class Parts {
    constructor(payload, usual, source) {
      Object.assign(this, { id: payload.session.id, parts: payload.parts, usual, folder: source.replace(/[^/]*$/, ""), loaded: [] });
      this.froms = this.parts.map((part) => part.from);
    }

    get count() { return this.parts.length; }

    load(number) {
      const key = (place) => `timeline:${this.id}:${place}`;
      this.loaded = [...this.loaded.filter((place) => place !== number), number];
      for (const old of this.loaded.splice(0, this.loaded.length - MOST_LOADED)) self.sightlineSideData.forget(key(old));
      return self.sightlineSideData.load(key(number), `${this.folder}${encodeURIComponent(this.id)}-${number}.js`);
    }

    // The parts a stretch of time touches; null when they are too many to show each thing.
    touched(from, to) {
      const place = (time) => Math.max(0, T.firstAbove(this.froms, time) - 1);
      const [first, last] = [place(from), place(to)];
      return last - first < MOST_SHOWN ? Array.from({ length: last - first + 1 }, (_, step) => first + step) : null;
    }

    async model(numbers) { return new T.Model(T.merge(await Promise.all(numbers.map((number) => this.load(number)))), this.usual); }

    partOfFlow(flowId) { return this.parts.findIndex((part) => part.flows.includes(flowId)); }

    // The part in which the last thing begins that a line of the log can belong to; where stamps jump back, several may.
    async partOfLine(line) {
      let best = { number: -1, line: -1 };
      for (let number = 0; number < this.count; number++) {
        const [first, last] = this.parts[number].lines;
        if (first > line || Math.min(last, line) <= best.line) continue;
        for (const lane of (await this.load(number)).lanes) for (const own of lane.line) if (own <= line && own > best.line) best = { number, line: own };
      }
      return best.number;
    }

    // Everything that shows the words, in order of time: [{kind, start, line, number}], number being the part.
    async search(words, tell) {
      const hits = [];
      for (let number = 0; number < this.count; number++) {
        tell(number + 1);
        const payload = await this.load(number);
        const texts = T.textsWith(payload.strings, words);
        for (const raw of payload.lanes) T.hitsOf(raw, texts).forEach((isHit, index) => {
          if (isHit && raw.start[index] >= this.froms[number]) hits.push({ kind: raw.kind, start: raw.start[index], line: raw.line[index], name: payload.strings[raw.name[index]], number });
        });
      }
      return hits.sort((left, right) => left.start - right.start);
    }
  };
})();
