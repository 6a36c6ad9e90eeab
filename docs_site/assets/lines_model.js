// Log lines in memory: chunks of records, loaded when they are needed and let go when others were needed since, and the
// rows of the list they make. A row is one physical line of the log. No page here.
(() => {
  "use strict";
  const L = (self.SightlineLines = self.SightlineLines || {});

  // Unpacked, a chunk takes some 20 MB of a browser's memory.
  const MOST_LOADED = 8;

  class Chunk {
    constructor(about, number, model) {
      Object.assign(this, about, { number, model, data: null });
    }

    async load() {
      this.model.touch(this);
      if (this.data) return this;
      const data = await self.sightlineSideData.load(this.key, this.source);
      this.rowsBefore = new Int32Array(data.line.length + 1);
      data.line.forEach((_, record) => { this.rowsBefore[record + 1] = this.rowsBefore[record] + 1 + lineCount(data.strings[data.detail[record]]); });
      this.data = data;
      this.model.letGo();
      return this;
    }

    forget() {
      Object.assign(this, { data: null, rowsBefore: null, fieldsOf: null });
      self.sightlineSideData.forget(this.key);
    }

    text(column, record) { return this.data.strings[this.data[column][record]]; }

    // The record that covers a line, or the one before it.
    recordAt(line) {
      let low = 0;
      let high = this.data.line.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.data.line[middle] > line) high = middle;
        else low = middle + 1;
      }
      return Math.max(0, low - 1);
    }

    fields(record) {
      if (!this.fieldsOf) {
        this.fieldsOf = new Map();
        const flat = this.data.fields;
        for (let place = 0; place < flat.length; place += 3) {
          if (!this.fieldsOf.has(flat[place])) this.fieldsOf.set(flat[place], []);
          this.fieldsOf.get(flat[place]).push([this.data.fieldNames[flat[place + 1]], flat[place + 2]]);
        }
      }
      return (this.fieldsOf.get(record) || []).map(([name, text]) => [name, this.data.strings[text]]);
    }

    // The page of the handler a record speaks of, if it is known.
    handlerLink(record) {
      const named = Object.fromEntries(this.fields(record).filter(([name]) => name === "plugin_name" || name === "handler_name"));
      const found = this.data.handlers.find(([plugin, handler]) => this.data.strings[plugin] === named.plugin_name && this.data.strings[handler] === named.handler_name);
      return found ? this.data.strings[found[2]] : null;
    }

    sourcePath(record) {
      const found = this.data.sources.find(([name]) => name === this.data.sourceFileName[record]);
      return found ? this.data.strings[found[1]] : null;
    }
  }

  function lineCount(text) {
    if (!text) return 0;
    let count = 1;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
    return count;
  }

  L.Model = class Model {
    constructor(about) {
      this.about = about;
      this.chunks = about.chunks.map((chunk, number) => new Chunk(chunk, number, this));
      this.kept = null;
      // The chunks in memory, the one asked for last at the end. Those in view stay, and the one shown beside the list.
      this.loaded = [];
      this.mostLoaded = MOST_LOADED;
      this.inView = new Set();
      this.pinned = null;
      this.countRows();
    }

    touch(chunk) { this.loaded = [...this.loaded.filter((other) => other !== chunk), chunk]; }

    letGo() {
      const old = this.loaded.slice(0, -this.mostLoaded).filter((chunk) => chunk.data && chunk !== this.pinned && !this.inView.has(chunk));
      this.loaded = this.loaded.filter((chunk) => !old.includes(chunk));
      old.forEach((chunk) => chunk.forget());
    }

    countRows() {
      this.rowsBefore = [0];
      for (const chunk of this.chunks) {
        const kept = this.kept && this.kept[chunk.number];
        const rows = kept ? kept.rowsBefore[kept.records.length] : chunk.rows;
        this.rowsBefore.push(this.rowsBefore[chunk.number] + rows);
      }
      this.rowCount = this.rowsBefore[this.chunks.length];
    }

    chunkOfRow(row) {
      let number = 0;
      while (number < this.chunks.length - 1 && this.rowsBefore[number + 1] <= row) number += 1;
      return this.chunks[number];
    }

    // What stands in a row: {chunk, record, part}, part 0 being the message; null while its chunk is not loaded.
    at(row) {
      const chunk = this.chunkOfRow(row);
      if (!chunk.data) return null;
      const inside = row - this.rowsBefore[chunk.number];
      const kept = this.kept && this.kept[chunk.number];
      const before = kept ? kept.rowsBefore : chunk.rowsBefore;
      let low = 0;
      let high = before.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (before[middle] <= inside) low = middle;
        else high = middle - 1;
      }
      return { chunk, record: kept ? kept.records[low] : low, part: inside - before[low] };
    }

    // The row that shows a line of the log; with a filter, the first kept row from there on.
    async rowOfLine(line) {
      const chunk = this.chunks.find((candidate) => line <= candidate.last) || this.chunks[this.chunks.length - 1];
      await chunk.load();
      const record = chunk.recordAt(line);
      const kept = this.kept && this.kept[chunk.number];
      if (!kept) {
        const most = chunk.rowsBefore[record + 1] - chunk.rowsBefore[record] - 1;
        return this.rowsBefore[chunk.number] + chunk.rowsBefore[record] + Math.max(0, Math.min(most, line - chunk.data.line[record]));
      }
      const place = kept.records.findIndex((candidate) => candidate >= record);
      return Math.min(this.rowCount - 1, this.rowsBefore[chunk.number] + kept.rowsBefore[place < 0 ? kept.records.length : place]);
    }

    line(place) { return place.chunk.data.line[place.record] + place.part; }

    rowText(place) {
      const { chunk, record, part } = place;
      return part === 0 ? chunk.text("message", record) : chunk.text("detail", record).split("\n")[part - 1];
    }

    // Keeps the records that pass; {words, severities, signal}. Null shows all again. Returns the number kept.
    async filter(wanted, onProgress) {
      if (!wanted) {
        this.kept = null;
        this.countRows();
        return null;
      }
      const kept = [];
      for (const chunk of this.chunks) {
        await chunk.load();
        kept.push(keep(chunk, wanted));
        if (onProgress) onProgress(chunk.number + 1, this.chunks.length);
      }
      this.kept = kept;
      this.countRows();
      return kept.reduce((sum, part) => sum + part.records.length, 0);
    }

    // The next record of at least warning, from a row on; -1 when there is none. Loads what may hold it.
    async nextGrave(row, direction) {
      const isInside = row >= 0 && row < this.rowCount;
      let number = isInside ? this.chunkOfRow(row).number : direction > 0 ? 0 : this.chunks.length - 1;
      for (let next = row + direction; number >= 0 && number < this.chunks.length; number += direction) {
        const [first, end] = [this.rowsBefore[number], this.rowsBefore[number + 1]];
        next = direction > 0 ? Math.max(next, first) : Math.min(next, end - 1);
        if (!this.chunks[number].grave) continue;
        await this.chunks[number].load();
        for (; next >= first && next < end; next += direction) {
          const place = this.at(next);
          if (place.part === 0 && place.chunk.data.severity[place.record] >= 2) return next;
        }
      }
      return -1;
    }
  };

  function keep(chunk, wanted) {
    const data = chunk.data;
    const words = wanted.words.toLowerCase();
    const hits = words ? data.strings.map((text) => text.toLowerCase().includes(words)) : null;
    const withField = new Set();
    if (hits) for (let place = 0; place < data.fields.length; place += 3) if (hits[data.fields[place + 2]]) withField.add(data.fields[place]);
    const records = [];
    for (let record = 0; record < data.line.length; record++) {
      if (wanted.severities && !wanted.severities.has(data.severity[record])) continue;
      if (wanted.signal && data.strings[data.signal[record]] !== wanted.signal) continue;
      if (hits && !hits[data.message[record]] && !hits[data.detail[record]] && !hits[data.messageType[record]] && !hits[data.sourceFileName[record]] && !withField.has(record)) continue;
      records.push(record);
    }
    const rowsBefore = new Int32Array(records.length + 1);
    records.forEach((record, place) => { rowsBefore[place + 1] = rowsBefore[place] + chunk.rowsBefore[record + 1] - chunk.rowsBefore[record]; });
    return { records, rowsBefore };
  }
})();
