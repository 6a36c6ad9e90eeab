// What is said about one thing on the timeline: the tooltip and the pinned panel. Text goes in as text, never as HTML.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});

  // Builds an element; strings among the children become text nodes.
  T.element = function element(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && !name.includes("-")) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };
  const el = T.element;
  const MOST_PARTS = 40;
  const CHANGE = /^(added|updated|removed) /;

  T.formatMs = function formatMs(ms) {
    if (ms === null || ms === undefined) return "not stated";
    const size = Math.abs(ms);
    if (size >= 10000) return `${(ms / 1000).toFixed(size >= 100000 ? 0 : 1)} s`;
    return `${ms.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)} ms`;
  };


  // How a duration compares with what is typical, in words.
  T.comparison = function comparison(lane, index) {
    const typical = lane.typical(index);
    if (!typical) return null;
    const [n, median, p95] = typical;
    const duration = lane.duration(index);
    const base = `typical ${T.formatMs(median)} (median of ${n} ${n === 1 ? "execution" : "executions"}${p95 === null ? "" : `, 95% within ${T.formatMs(p95)}`})`;
    if (duration === null || !median) return base;
    const ratio = duration / median;
    const words = Math.abs(duration - median) < 1 || (ratio > 0.8 && ratio < 1.25) ? "about as usual" : ratio >= 1 ? `${ratio.toFixed(1)}\u00d7 as long` : `${(1 / ratio).toFixed(1)}\u00d7 as fast`;
    return `${words}; ${base}`;
  };

  function clockTime(model, ms) {
    if (!model.hasClock) return null;
    return new Date(model.session.origin + ms).toISOString().replace("T", " ").replace("Z", " UTC");
  }

  function startWords(model, ms) {
    return model.hasClock ? `+${T.formatMoment(ms, 1)}` : `at ${T.formatMoment(ms, 1)} of stated time`;
  }

  T.tooltip = function tooltip(box, item) {
    const { lane, index } = item;
    const duration = lane.duration(index);
    const rows = [el("strong", {}, lane.name(index).slice(0, 240))];
    const about = lane.isGroups ? groupWords(lane, index) : lane.isMarks ? markWords(lane, index) : `${lane.noun}, ${lane.status(index)}, ${T.formatMs(duration)}`;
    rows.push(el("span", {}, `${about}; ${startWords(lane.model, lane.realStart[index])}; line ${lane.line(index)}`));
    const compared = T.comparison(lane, index);
    if (compared) rows.push(el("span", { className: lane.isSlow(index) ? "sl-tl-slow" : "" }, compared));
    const isShown = (word) => lane.isGroups || word === "state" || word === "error" || (lane.kind === "mount" && word === "order") || (lane.kind === "registration" && word === "plugin") || (lane.kind === "state" && CHANGE.test(word));
    for (const [word, value] of lane.facts(index).filter(([word]) => isShown(word)).slice(0, 8)) rows.push(el("span", {}, `${word}: ${value.slice(0, 160)}`));
    if (item.count > 1 && item.count < 4000) rows.push(el("em", {}, `${item.count} things share these pixels; zoom in to part them`));
    box.replaceChildren(...rows);
  };

  function groupWords(lane, index) { return `${lane.label}: ${lane.things(index)}`; }

  function markWords(lane, index) {
    return lane.kind === "state" ? `state, ${lane.status(index)}` : lane.mark(index).replace("_", " ");
  }

  function pair(word, ...value) {
    return el("div", {}, el("dt", {}, word), el("dd", {}, ...value));
  }

  T.details = function details(panel, item, actions) {
    if (!item) {
      panel.replaceChildren(el("p", { className: "sl-tl-hint" }, "Click anything to keep its details here."));
      return;
    }
    const { lane, index } = item;
    const model = lane.model;
    const list = el("dl", {});
    if (lane.isGroups) list.append(pair("stands for", groupWords(lane, index)));
    else if (!lane.isMarks) list.append(pair("duration", T.formatMs(lane.duration(index))));
    const compared = T.comparison(lane, index);
    if (compared) list.append(pair("against usual", compared));
    list.append(pair("status", lane.isMarks && !lane.isGroups ? markWords(lane, index) : lane.status(index)));
    list.append(pair("start", startWords(model, lane.realStart[index])));
    const clock = clockTime(model, lane.realStart[index]);
    if (clock) list.append(pair("time", clock));
    for (const [word, value] of lane.facts(index)) list.append(pair(word, value));
    const links = el("p", { className: "sl-tl-actions" });
    if (model.linesPage) links.append(el("a", { href: `${model.linesPage}#L${lane.line(index)}` }, `Log line ${lane.line(index)}`));
    if (lane.link(index)) links.append(el("a", { href: lane.link(index) }, ({ handler: "Handler", mount: "Plugin" })[lane.kind] || "Sequence"));
    links.append(el("button", { type: "button", className: "sl-tl-button", onclick: () => actions.zoomTo(item) }, "Zoom to it"));
    if (lane.flow(index) >= 0) links.append(el("button", { type: "button", className: "sl-tl-button", onclick: () => actions.compare(lane.flow(index)) }, "Compare its flow"));
    panel.replaceChildren(
      el("p", { className: "sl-tl-kind" }, lane.noun),
      el("h3", {}, lane.name(index)),
      links,
      list,
      ...changeParts(lane, index, actions),
      ...(lane.kind === "flow" && !lane.isGroups ? flowParts(model, index, actions) : []),
      ...(lane.kind === "flow" && !lane.isGroups ? [el("p", { className: "sl-tl-hint" }, "Play it again: ", el("code", {}, `sightline replay ${model.flowIds[index]}`))] : []),
      el("button", { type: "button", className: "sl-tl-close", "aria-label": "Close the details", onclick: () => actions.select(null) }, "\u00d7"),
    );
  };

  // Which keys of the state changed in a handler or beat, each with its value as far as the log shows it, and its line.
  function changeParts(lane, index, actions) {
    const places = lane.changes(index);
    if (!places.length) return [];
    const state = lane.model.byKind.state;
    const rows = places.slice(0, MOST_PARTS).flatMap((place) => state.facts(place).filter(([word]) => CHANGE.test(word)).map(([word, value]) => el("li", {},
      el("button", { type: "button", className: "sl-tl-link", onclick: () => actions.reveal({ lane: state, index: place }) }, word),
      el("code", {}, value),
      lane.model.linesPage ? el("a", { href: `${lane.model.linesPage}#L${state.line(place)}` }, `line ${state.line(place)}`) : null)));
    const rest = places.length > MOST_PARTS ? [el("p", { className: "sl-tl-hint" }, "and more: see the tables below")] : [];
    return [el("h4", {}, "Changed the state"), el("ul", { className: "sl-tl-parts sl-tl-changes" }, ...rows), ...rest];
  }

  // What else belongs to a flow: its beats against what is usual, and what went wrong in it.
  function flowParts(model, flow, actions) {
    const parts = [];
    for (const [kind, heading] of [["error", "Went wrong"], ["beat", "Beats"]]) {
      const lane = model.byKind[kind];
      const indices = [];
      if (lane) for (let index = 0; index < lane.count && indices.length <= MOST_PARTS; index++) if (lane.flow(index) === flow) indices.push(index);
      if (!indices.length) continue;
      const rows = indices.slice(0, MOST_PARTS).map((index) => el("li", { className: lane.isBad(index) ? "sl-tl-bad" : lane.isSlow(index) ? "sl-tl-slow" : "" },
        el("button", { type: "button", className: "sl-tl-link", onclick: () => actions.reveal({ lane, index }) }, lane.isMarks ? `${lane.mark(index)}: ${lane.name(index)}` : lane.name(index)),
        lane.isMarks ? null : el("span", {}, `${lane.isBad(index) ? "\u2715 " : ""}${T.formatMs(lane.duration(index))}${lane.isSlow(index) ? ", slow" : ""}`)));
      parts.push(el("h4", {}, heading), el("ul", { className: "sl-tl-parts" }, ...rows));
      if (indices.length > MOST_PARTS) parts.push(el("p", { className: "sl-tl-hint" }, "and more: see the tables below"));
    }
    return parts;
  }

  // The same facts as a table, built when it is opened; long ones in steps.
  T.table = function table(lane, actions) {
    const STEP = 300;
    const body = el("tbody", {});
    const more = el("button", { type: "button", className: "sl-tl-button" });
    let shown = 0;
    function row(index) {
      const place = el("button", { type: "button", className: "sl-tl-link", onclick: () => actions.zoomTo({ lane, index }) }, lane.name(index));
      const line = lane.model.linesPage ? el("a", { href: `${lane.model.linesPage}#L${lane.line(index)}` }, String(lane.line(index))) : String(lane.line(index));
      const typical = lane.typical(index);
      return el("tr", {},
        el("td", {}, place), el("td", {}, lane.isMarks ? lane.mark(index) : lane.status(index)),
        el("td", { className: "sl-number" }, (lane.realStart[index] / 1000).toFixed(3)),
        el("td", { className: "sl-number" }, lane.isMarks || lane.duration(index) === null ? "\u2013" : lane.duration(index).toFixed(2)),
        el("td", { className: "sl-number" }, typical ? `${typical[1].toFixed(2)} (${typical[0]})` : "\u2013"),
        el("td", { className: "sl-number" }, line));
    }
    function extend() {
      const to = Math.min(lane.count, shown + STEP);
      while (shown < to) body.append(row(shown++));
      more.textContent = `Show ${Math.min(STEP, lane.count - shown)} more of ${lane.count - shown}`;
      more.hidden = shown >= lane.count;
    }
    more.addEventListener("click", extend);
    extend();
    const heads = ["Name", "Status", "Start, s", "Duration, ms", "Typical, ms (n)", "Line"];
    const head = el("tr", {}, ...heads.map((text, place) => el("th", { scope: "col", className: place > 1 ? "sl-number" : "" }, text)));
    return el("div", { className: "sl-scroll", tabIndex: 0, role: "region", "aria-label": `${lane.label} as a table` }, el("table", { className: "sl-tl-table" }, el("thead", {}, head), body), more);
  };
})();
