// Two executions of one sequence side by side. The second is a flow of this session; the first is the typical flow
// (median of each beat), another flow of this session, or a flow of another session, whose data is loaded when it is
// chosen. Aligning is timeline_align.js, drawing timeline_compare_picture.js.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  const el = T.element;
  const HERE = "";

  // The other sessions and what they played, and their data. Both come from files beside the page, each read once.
  T.OtherSessions = class OtherSessions {
    constructor(source, own) {
      Object.assign(this, { source, own, models: new Map() });
    }

    // Sessions other than this one that played the sequence, newest first: [{id, label}].
    async playing(sequence) {
      if (!this.source) return [];
      this.catalogue = this.catalogue || self.sightlineSideData.load("timeline:sequences", this.source);
      const { sessions, sequences } = await this.catalogue;
      const entry = sequences.find(([name]) => name === sequence);
      return (entry ? entry[1] : []).map(([place, count]) => ({ id: sessions[place][0], label: sessionLabel(sessions[place], count) }))
        .filter((session) => session.id !== this.own);
    }

    model(id) {
      if (!this.models.has(id)) this.models.set(id, this.read(id));
      return this.models.get(id);
    }

    async read(id) {
      const source = `${this.source.replace(/[^/]*$/, "")}${encodeURIComponent(id)}.js`;
      const payload = await self.sightlineSideData.load(`timeline:${id}`, source);
      // Flows and beats are all a comparison needs.
      const needed = (part) => ({ ...part, lanes: part.lanes.filter((lane) => lane.kind === "flow" || lane.kind === "beat") });
      if (!payload.parts) return new T.Model(needed(payload));
      const parts = new T.Parts(payload, undefined, source);
      const read = [];
      for (let number = 0; number < parts.count; number++) read.push(needed(await parts.load(number)));
      return new T.Model(T.merge(read));
    }
  };

  function sessionLabel([, name, started], count) {
    return `${name}${started ? `, ${started}` : ""}, ${count} ${count === 1 ? "flow" : "flows"}`;
  }

  function flowName(model, flow) {
    const lane = model.byKind.flow;
    return `${lane.name(flow)}, +${T.formatMoment(lane.realStart[flow], 1)}, ${T.formatMs(lane.duration(flow))}, ${lane.status(flow)}`;
  }

  function flowsOf(model, sequence) {
    const lane = model.byKind.flow;
    return lane ? Array.from({ length: lane.count }, (_, flow) => flow).filter((flow) => lane.name(flow) === sequence) : [];
  }

  T.Compare = class Compare {
    constructor(model, box, others) {
      Object.assign(this, { model, box, others });
      this.session = el("select", { id: "sl-tl-session", onchange: () => this.enter(this.session.value) });
      this.first = el("select", { id: "sl-tl-first", onchange: () => this.show() });
      this.second = el("select", { id: "sl-tl-second", onchange: () => this.choose(Number(this.second.value)) });
      this.result = el("div", { "aria-live": "polite" });
      const fields = el("div", { className: "sl-tl-fields" },
        el("label", { htmlFor: "sl-tl-first" }, "Compare ", this.first), el("label", { htmlFor: "sl-tl-session" }, "of ", this.session),
        el("label", { htmlFor: "sl-tl-second" }, "with ", this.second));
      box.replaceChildren(fields, this.result);
      // The list of sessions is read once somebody is about to use it.
      for (const event of ["focus", "pointerdown", "mouseover"]) this.session.addEventListener(event, () => this.listSessions(), { once: true });
      this.fillSecond();
      this.choose(this.furthest());
    }

    fillSecond() {
      const lane = this.model.byKind.flow;
      const names = [...new Set(Array.from({ length: lane.count }, (_, flow) => lane.name(flow)))].sort();
      const groups = names.map((name) => el("optgroup", { label: name }));
      for (let flow = 0; flow < lane.count; flow++) groups[names.indexOf(lane.name(flow))].append(el("option", { value: String(flow) }, flowName(this.model, flow)));
      this.second.replaceChildren(...groups);
    }

    // The flow that is furthest from its typical duration is the one worth a look first.
    furthest() {
      const lane = this.model.byKind.flow;
      let best = 0;
      let most = -1;
      for (let flow = 0; flow < lane.count; flow++) {
        const typical = lane.typical(flow);
        const duration = lane.duration(flow);
        const distance = typical && duration !== null ? Math.abs(duration - typical[1]) : 0;
        if (distance > most) [most, best] = [distance, flow];
      }
      return best;
    }

    // Puts a flow of this session on the second track; the first is the typical flow, or the one before.
    choose(flow) {
      this.second.value = String(flow);
      this.sequence = this.model.byKind.flow.name(flow);
      this.ghost = this.model.ghosts.find((candidate) => candidate.sequence === this.sequence);
      this.session.replaceChildren(el("option", { value: HERE }, "this session"));
      this.fillFirst(this.model, flow);
      this.isListed = false;
      this.show();
      if (this.hasListed) this.listSessions();
    }

    async listSessions() {
      this.hasListed = true;
      if (this.isListed) return;
      this.isListed = true;
      const sequence = this.sequence;
      try {
        const sessions = await this.others.playing(sequence);
        if (sequence === this.sequence) this.session.append(...sessions.map((session) => el("option", { value: session.id }, session.label)));
      } catch (error) {
        this.say(`Other sessions cannot be listed: ${error.message}`);
      }
    }

    fillFirst(model, own) {
      const isHere = model === this.model;
      const options = isHere && this.ghost ? [el("option", { value: "typical" }, `the typical flow (median of ${this.ghost.n})`)] : [];
      for (const flow of flowsOf(model, this.sequence)) if (!isHere || flow !== own) options.push(el("option", { value: String(flow) }, flowName(model, flow)));
      this.firstModel = model;
      this.first.replaceChildren(...options);
    }

    // Takes the first track from another session; its data is read now.
    async enter(id, flowId = null) {
      const sequence = this.sequence;
      this.wanted = id;
      try {
        if (id !== HERE) this.say("Reading the other session \u2026");
        const model = id === HERE ? this.model : await this.others.model(id);
        if (this.wanted !== id || sequence !== this.sequence) return;
        this.fillFirst(model, Number(this.second.value));
        const flow = flowId === null ? -1 : model.flowIds.indexOf(flowId);
        if (flow >= 0) this.first.value = String(flow);
        this.show();
      } catch (error) {
        this.say(`The other session cannot be read: ${error.message}`);
      }
    }

    // Shows a comparison a link names: a flow of this session against a flow of another (or of this one).
    async open(flow, sessionId, flowId) {
      this.choose(flow);
      await this.listSessions();
      const id = sessionId === this.model.session.id && this.model.findFlow(flowId) ? HERE : sessionId;
      this.session.value = id;
      await this.enter(id, flowId);
    }

    say(words) { this.result.replaceChildren(el("p", { className: "sl-empty" }, words)); }

    left() {
      const choice = this.first.value;
      if (choice === "typical") return { beats: T.ghostBeats(this.ghost, this.model), name: `First: the typical flow, median of ${this.ghost.n}` };
      const place = this.firstModel === this.model ? "" : `${this.firstModel.session.name}: `;
      return { beats: T.beatsOf(this.firstModel, Number(choice)), name: `First: ${place}${flowName(this.firstModel, Number(choice))}` };
    }

    show() {
      if (!this.first.value) {
        this.say("This is the only flow of its sequence here: choose another session to compare it with.");
        return;
      }
      const flow = Number(this.second.value);
      const left = this.left();
      this.pairs = T.align(left.beats, T.beatsOf(this.model, flow));
      const names = { left: left.name, right: `Second: ${flowName(this.model, flow)}`, width: this.box.clientWidth };
      this.result.replaceChildren(
        el("h3", {}, `${T.comparisonFinding(this.pairs)}.`), el("p", {}, T.comparisonCounts(this.pairs)),
        el("div", { className: "sl-scroll" }, T.comparisonPicture(this.pairs, names)), T.comparisonTable(this.pairs));
    }
  };
})();
