// The timeline's data in memory: lanes of typed arrays, packed into tracks on which nothing overlaps, searchable by time.
// No drawing and no page here.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});

  const LABELS = {
    user_action: "User actions", mount: "Start-up", registration: "Registrations", flow: "Sequences", movement: "Movements", beat: "Beats", handler: "Handlers", state: "State",
    queue_wait: "Queue waits", topic: "Topics", gap: "Silent gaps", error: "Errors",
  };
  const ORDER = Object.keys(LABELS);
  const NOUNS = {
    user_action: "user action", mount: "mount", registration: "registration", flow: "flow", movement: "movement", beat: "beat", handler: "handler", state: "change of state",
    queue_wait: "queue wait", topic: "topic", gap: "silent gap", error: "error or deviation",
  };
  const MOST_TRACKS = { mount: 3, handler: 8, queue_wait: 4, flow: 4 };
  const BAD = new Set(["failed", "error", "critical", "never_started"]);
  // Stamps are whole milliseconds: what seems to overlap by less than that may not.
  const TOLERANCE_MS = 1;

  // First index in [low, high) whose value is greater than `limit`; values never fall.
  function firstAbove(values, limit, low = 0, high = values.length) {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] > limit) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function packTracks(lane, most) {
    const rows = [];
    const ends = [];
    for (let index = 0; index < lane.count; index++) {
      let track = ends.findIndex((end) => end <= lane.start[index] + TOLERANCE_MS);
      if (track < 0) track = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
      (rows[track] = rows[track] || []).push(index);
      ends[track] = Math.max(ends[track] || 0, lane.end[index]);
    }
    return rows.map((indices) => makeTrack(lane, Int32Array.from(indices)));
  }

  function makeTrack(lane, indices) {
    const count = indices.length;
    const track = { indices, count, start: new Float64Array(count), end: new Float64Array(count), reach: new Float64Array(count) };
    placeTrack(lane, track);
    track.badBefore = sumsBefore(indices, (index) => lane.isBad(index));
    track.slowBefore = sumsBefore(indices, (index) => lane.isSlow(index));
    track.hitsBefore = null;
    return track;
  }

  function placeTrack(lane, track) {
    let reach = -Infinity;
    track.indices.forEach((index, place) => {
      track.start[place] = lane.start[index];
      track.end[place] = lane.end[index];
      track.reach[place] = reach = Math.max(reach, lane.end[index]);
    });
  }

  function sumsBefore(indices, test) {
    const sums = new Int32Array(indices.length + 1);
    for (let place = 0; place < indices.length; place++) sums[place + 1] = sums[place] + (test(indices[place]) ? 1 : 0);
    return sums;
  }

  class Lane {
    constructor(raw, model) {
      this.kind = raw.kind;
      this.label = LABELS[raw.kind] || raw.kind;
      this.title = raw.kind === "error" ? "Errors, warnings and deviations" : this.label;
      this.noun = NOUNS[raw.kind] || raw.kind;
      this.isMarks = Boolean(raw.isMarks);
      this.isGroups = Boolean(raw.isGroups);
      this.raw = raw;
      this.model = model;
      this.count = raw.start.length;
      this.thingCount = raw.count ? raw.count.reduce((sum, count) => sum + count, 0) : this.count;
      // Real times are the session's; start and end are places on the axis, which differ from them when idle time is folded.
      this.realStart = this.start = Float64Array.from(raw.start);
      this.realEnd = this.end = this.isMarks ? this.start : Float64Array.from(raw.start, (start, index) => start + raw.drawn[index]);
      this.tracks = this.isMarks ? [makeTrack(this, Int32Array.from(raw.start, (_, index) => index))] : packTracks(this, MOST_TRACKS[raw.kind] || 2);
    }

    place(folding) {
      this.start = folding ? this.realStart.map((time) => folding.toShown(time)) : this.realStart;
      this.end = folding ? this.realEnd.map((time) => folding.toShown(time)) : this.realEnd;
      this.tracks.forEach((track) => placeTrack(this, track));
    }

    name(index) { return this.model.strings[this.raw.name[index]]; }
    status(index) { return this.model.strings[this.raw.status[index]]; }
    mark(index) { return this.raw.mark ? this.model.strings[this.raw.mark[index]] : this.kind; }
    line(index) { return this.raw.line[index]; }
    flow(index) { return this.raw.flow ? this.raw.flow[index] : -1; }
    key(index) { return this.raw.key ? this.raw.key[index] : 0; }
    link(index) { return this.raw.link ? this.model.strings[this.raw.link[index]] : ""; }
    duration(index) { return this.isMarks ? null : this.raw.duration[index]; }
    isBad(index) { return BAD.has(this.status(index)); }

    // [n, median, 95th percentile or null], or null where nothing is typical.
    typical(index) {
      const place = this.raw.typical ? this.raw.typical[index] : -1;
      return place < 0 ? null : this.model.typical[place];
    }

    // The changes of state that happened in a handler or beat, as places in the lane of state.
    changes(index) {
      const state = this.model.byKind.state;
      if (!state || !state.raw[this.kind]) return [];
      if (!this.changesOf) this.changesOf = groupPlaces(state.raw[this.kind]);
      return this.changesOf.get(index) || [];
    }

    // Slow means: beyond the 95th percentile, and at least twice the median; with few executions nothing is called slow.
    isSlow(index) {
      const typical = this.typical(index);
      const duration = this.duration(index);
      return Boolean(typical && typical[2] !== null && duration !== null && duration > typical[2] && duration >= 2 * typical[1] && duration - typical[1] >= 1);
    }

    facts(index) {
      if (!this.factsOf) this.factsOf = groupFacts(this.raw.facts);
      return (this.factsOf.get(index) || []).map(([word, value]) => [this.model.strings[word], this.model.strings[value]]);
    }

    // How many things stand here: one, or those of a group of the overview.
    things(index) { return this.isGroups ? this.raw.count[index] : 1; }

    // Shows which are hits of a search; returns how many.
    show(hits) {
      this.hits = hits;
      this.tracks.forEach((track) => { track.hitsBefore = sumsBefore(track.indices, (index) => hits[index]); });
      return hits.reduce((sum, hit) => sum + hit, 0);
    }

    endSearch() {
      this.hits = null;
      this.tracks.forEach((track) => { track.hitsBefore = null; });
    }
  }

  T.textsWith = function textsWith(strings, words) {
    const texts = new Set();
    strings.forEach((text, number) => { if (text.toLowerCase().includes(words)) texts.add(number); });
    return texts;
  };

  // Which things of a lane show one of the given texts.
  T.hitsOf = function hitsOf(raw, texts) {
    const hits = new Uint8Array(raw.start.length);
    for (let index = 0; index < hits.length; index++) if (texts.has(raw.name[index]) || texts.has(raw.status[index])) hits[index] = 1;
    for (let place = 0; place < raw.facts.length; place += 3) if (texts.has(raw.facts[place + 2])) hits[raw.facts[place]] = 1;
    return hits;
  };

  function groupFacts(flat) {
    const groups = new Map();
    for (let place = 0; place < flat.length; place += 3) {
      if (!groups.has(flat[place])) groups.set(flat[place], []);
      groups.get(flat[place]).push([flat[place + 1], flat[place + 2]]);
    }
    return groups;
  }

  function groupPlaces(owners) {
    const groups = new Map();
    owners.forEach((owner, place) => {
      if (!groups.has(owner)) groups.set(owner, []);
      groups.get(owner).push(place);
    });
    return groups;
  }

  T.Model = class Model {
    // `usual` is what is typical, over all sessions of the dialect; without it nothing is.
    constructor(payload, usual = { figures: [], ghosts: [] }) {
      this.session = payload.session;
      this.linesPage = payload.lines;
      this.strings = payload.strings;
      const figures = new Map(usual.figures.map(([key, ...figure]) => [key, figure]));
      this.typical = payload.typicalKeys.map((key) => figures.get(key) || null);
      this.ghosts = usual.ghosts;
      this.flowIds = payload.flowIds;
      this.hasClock = payload.session.origin !== null;
      this.lanes = payload.lanes
        .slice()
        .sort((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind))
        .map((raw) => new Lane(raw, this));
      this.byKind = Object.fromEntries(this.lanes.map((lane) => [lane.kind, lane]));
      this.folding = new T.Folding(this.lanes);
      this.canFold = this.folding.parts.length > 1 && this.folding.quietShare > 0.05;
      this.fold(this.canFold && this.folding.quietShare >= T.FOLD_FROM);
      this.count = this.lanes.reduce((sum, lane) => sum + lane.count, 0);
      this.thingCount = this.lanes.reduce((sum, lane) => sum + lane.thingCount, 0);
    }

    // Folds idle time, or shows it at its length.
    fold(isFolded) {
      this.isFolded = isFolded;
      this.lanes.forEach((lane) => lane.place(isFolded ? this.folding : null));
      const least = this.lanes.map((lane) => lane.start.reduce((smallest, start) => Math.min(smallest, start), Infinity));
      const most = this.lanes.map((lane) => lane.end.reduce((largest, end) => Math.max(largest, end), -Infinity));
      this.first = isFolded ? Math.min(...least) : Math.min(0, ...least);
      this.last = Math.max(this.first + 1, ...most);
    }

    toShown(time) { return this.isFolded ? this.folding.toShown(time) : time; }
    toReal(place) { return this.isFolded ? this.folding.toReal(place) : place; }

    // Returns {lane, index} of a flow, or null.
    findFlow(flowId) {
      const index = this.flowIds.indexOf(flowId);
      return index < 0 ? null : { lane: this.byKind.flow, index };
    }

    // Returns the narrowest thing that begins on the line, or the last that begins before it.
    findLine(line) {
      let best = null;
      for (const lane of this.lanes) {
        for (let index = 0; index < lane.count; index++) {
          const own = lane.line(index);
          if (own <= line && (!best || own >= best.line)) best = { lane, index, line: own };
        }
      }
      return best && { lane: best.lane, index: best.index };
    }

    search(words) {
      const wanted = words.trim().toLowerCase();
      if (!wanted) {
        this.lanes.forEach((lane) => lane.endSearch());
        return null;
      }
      const texts = T.textsWith(this.strings, wanted);
      return this.lanes.reduce((sum, lane) => sum + lane.show(T.hitsOf(lane.raw, texts)), 0);
    }

    // Shows the groups in which hits of a search in the parts begin.
    showGroups(hits) {
      for (const lane of this.lanes) {
        const found = new Uint8Array(lane.count);
        for (const hit of hits) if (hit.kind === lane.kind) found[Math.max(0, firstAbove(lane.realStart, hit.start) - 1)] = 1;
        lane.show(found);
      }
    }

    // The same thing in this model: what is shown again when parts of a session were loaded anew; null when it is not here.
    again({ kind, start, line, name }) {
      const lane = this.byKind[kind];
      if (!lane) return null;
      for (let index = 0; index < lane.count; index++) if (lane.realStart[index] === start && lane.line(index) === line && lane.name(index) === name) return { lane, index };
      return null;
    }

    // All hits in order of time, as {lane, index}.
    hits() {
      const found = [];
      for (const lane of this.lanes) {
        if (lane.hits) lane.hits.forEach((hit, index) => { if (hit) found.push({ lane, index }); });
      }
      return found.sort((left, right) => left.lane.start[left.index] - right.lane.start[right.index]);
    }
  };
  T.firstAbove = firstAbove;
})();
