// The flame graph and the differential flame graph of the performance page: their tools, words and details. Numbers are
// flame_model.js and flame_difference.js, drawing is flame_view.js. Log text only ever becomes text of an element.
(() => {
  "use strict";
  const F = self.SightlineFlame;
  const { element, duration, count, share } = F;
  const TREES = [["elapsed", "In flows"], ["background", "After their beat"]];
  const TREE_WORDS = { elapsed: "all flows", background: "handlers that went on after their beat" };

  function choice(label, options, value, change) {
    const group = element("div", "sl-fl-choice");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    const buttons = options.map(([key, words]) => {
      const button = group.appendChild(element("button", "sl-fl-button", words));
      button.type = "button";
      button.setAttribute("aria-pressed", key === value);
      button.addEventListener("click", () => {
        buttons.forEach((other) => other.setAttribute("aria-pressed", other === button));
        change(key);
      });
      return button;
    });
    return group;
  }

  function action(words, run) {
    const button = element("button", "sl-fl-button", words);
    button.type = "button";
    button.addEventListener("click", run);
    return button;
  }

  function searchBox(view, words) {
    const box = element("div", "sl-fl-search");
    const input = box.appendChild(element("input"));
    input.type = "search";
    input.placeholder = "Find a frame";
    input.setAttribute("aria-label", "Find frames by name");
    const output = box.appendChild(element("output"));
    input.addEventListener("input", () => {
      const found = view().search(input.value);
      output.textContent = input.value.trim() ? words(found) : "";
    });
    return box;
  }

  function save(name, text, kind) {
    const address = URL.createObjectURL(new Blob([text], { type: kind }));
    const link = element("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  function anchor(words, address) {
    const link = element("a", "", words);
    link.href = address;
    return link;
  }

  // What a frame leads to: its page, and executions to open.
  function details(model, panel, frame, facts) {
    const heading = element("div", "sl-fl-heading");
    heading.append(element("strong", "", frame.name), element("span", "", F.kindWords(frame.kind)));
    const list = element("dl");
    for (const [word, value] of facts) {
      const line = list.appendChild(element("div"));
      line.append(element("dt", "", word), element("dd", "", value));
    }
    panel.replaceChildren(heading, list);
    const subject = model.subjects[frame.subject];
    if (!subject || frame.kind === "queue_wait") return;
    const [page, exemplars] = subject;
    const links = panel.appendChild(element("p", "sl-fl-links"));
    if (page) links.append(anchor(frame.kind === "handler" ? "Page of this handler" : "Page of this sequence", page));
    for (const [word, ms, , timeline, lines] of exemplars) {
      const entry = links.appendChild(element("span"));
      entry.append(`${word} ${duration(ms * 1000)}: `);
      if (timeline) entry.append(anchor("timeline", timeline), " · ", anchor("lines", lines));
      else entry.append("its session is too old to have pages");
    }
  }

  function facts(frame, root) {
    const known = [
      ["n", count(frame.n)],
      ["total", duration(frame.width)],
      ["share", share(frame.width, root.width)],
    ];
    if (frame.n) known.push(["mean", duration(frame.width / frame.n)]);
    if (frame.kind !== "self" && frame.children.length) known.push(["own time", duration(frame.own)]);
    return known;
  }

  function drawFlame(model, figure) {
    const state = { tree: "elapsed", order: "size" };
    const values = F.sum(model, model.slices.map((_, index) => index));
    const [bar, stage, panel] = parts(figure);
    const title = figure.querySelector("figcaption strong");
    const note = figure.querySelector("figcaption span");
    let root = null;
    const look = (frame) => ({ css: frame.kind, text: frame.name, facts: facts(frame, root) });
    const view = new F.View(stage, "Flame graph of where time goes", look, (frame) => details(model, panel, frame, facts(frame, root)));
    function show() {
      root = F.plain(model, state.tree, values, state.order === "declared");
      root.name = TREE_WORDS[state.tree];
      const sizes = new Map();
      (function walk(frame) {
        if (!frame.children.length) sizes.set(frame.kind, (sizes.get(frame.kind) || 0) + frame.width);
        frame.children.forEach(walk);
      })(root);
      const of = (kind) => share(sizes.get(kind) || 0, root.width);
      const top = [...root.children].sort((a, b) => b.width - a.width)[0];
      title.textContent = state.tree === "elapsed"
        ? `Of the time of flows ${of("handler")} is spent in handlers, ${of("call")} on calling them, ${of("queue_wait")} waiting; ${top.name} takes most, ${share(top.width, root.width)}`
        : `Handlers went on for ${duration(root.width)} after their beats had ended; most in ${top.name}, ${share(top.width, root.width)}`;
      note.textContent = `Width is time, ${duration(root.width)} in all, n ${count(root.n)} flows of ${count(model.slices.reduce((sum, slice) => sum + slice.count, 0))} sessions. ${state.tree === "elapsed"
        ? "From being queued to the end; own times, queue waits and calls are frames of their own."
        : "This time runs beside other work: it must not be added to the time of flows."}`;
      view.show(root);
      details(model, panel, view.selected, facts(view.selected, root));
    }
    const trees = TREES.filter(([tree]) => model.roots[tree] !== undefined);
    const tools = element("div", "sl-fl-tools");
    if (trees.length > 1) tools.append(choice("Which time", trees, "elapsed", (tree) => { state.tree = tree; show(); }));
    tools.append(
      choice("Order of frames", [["size", "Largest first"], ["declared", "Declared order"]], "size", (order) => { state.order = order; show(); }),
      action("Folded stacks", () => save(`sightline-${state.tree}.folded.txt`, F.folded(root), "text/plain")),
      action("speedscope", () => save(`sightline-${state.tree}.speedscope.json`, JSON.stringify(F.speedscope(root, root.name)), "application/json")),
    );
    bar.append(searchBox(() => view, (found) => `${count(found.count)} found, ${share(found.width, root.width)} of the time`), tools);
    show();
  }

  function parts(figure) {
    const app = figure.querySelector(".sl-fl-app");
    const made = [element("div", "sl-fl-bar"), element("div", "sl-fl-stage"), element("div", "sl-fl-panel")];
    app.replaceChildren(...made);
    return made;
  }

  function picker(label, sides, value, change) {
    const box = element("label", "sl-fl-pick");
    box.append(element("span", "", label));
    const select = box.appendChild(element("select"));
    for (const group of new Set(sides.map((side) => side.group))) {
      const options = select.appendChild(element("optgroup"));
      options.label = group;
      for (const side of sides.filter((one) => one.group === group)) {
        const option = options.appendChild(element("option", "", side.label));
        option.value = side.key;
      }
    }
    select.value = value;
    select.addEventListener("change", () => change(sides.find((side) => side.key === select.value)));
    return box;
  }

  const signed = (value) => `${value > 0 ? "+" : ""}${duration(value)}`;

  function changeFacts(frame) {
    if (frame.isRoot) return [["before", duration(frame.old)], ["after", duration(frame.now)], ["change", signed(frame.now - frame.old)]];
    const told = { true: "beyond the spread between sessions", false: "within the spread between sessions", null: "too few sessions to tell" };
    return [
      ["before", `${duration(frame.was)} per flow`],
      ["after", `${duration(frame.is)} per flow`],
      ["change", `${signed(frame.is - frame.was)} per flow`],
      ["n", `${count(frame.counts[0])} and ${count(frame.counts[1])}`],
      ["flows", `${count(frame.flows[0])} and ${count(frame.flows[1])}`],
      ["evidence", told[frame.isTold]],
    ];
  }

  function sideWords(side, flows, model) {
    const sessions = side.slices.reduce((sum, index) => sum + model.slices[index].count, 0);
    return `${side.label}, ${count(sessions)} ${sessions === 1 ? "session" : "sessions"}, n ${count(flows)} flows`;
  }

  function drawDifference(model, figure) {
    const sides = F.sides(model);
    const [bar, stage, panel] = parts(figure);
    const title = figure.querySelector("figcaption strong");
    const note = figure.querySelector("figcaption span");
    if (sides.length < 2) {
      title.textContent = "One session only: there is nothing to compare it with";
      figure.querySelector(".sl-fl-app").remove();
      return;
    }
    // The two newest builds where builds are known, else the halves of the window, else the two newest sessions.
    const first = sides.filter((side) => side.group === sides[0].group);
    const [before, after] = first[0].group === "Sessions" ? [first[1], first[0]] : first.slice(-2);
    const state = { before, after, tree: "elapsed", width: "after" };
    let result = null;
    const arrow = (frame) => ({ slower: "▲", faster: "▼" })[F.changeCss(frame).split("-")[0]];
    function look(frame) {
      const css = F.changeCss(frame);
      const text = arrow(frame) ? `${arrow(frame)} ${frame.name} ${signed(frame.is - frame.was)}` : frame.name;
      return { css, text, facts: changeFacts(frame) };
    }
    const view = new F.View(stage, "Differential flame graph", look, (frame) => details(model, panel, frame, changeFacts(frame)));
    const table = figure.querySelector(".sl-fl-app").appendChild(element("div", "sl-fl-changes"));
    function show() {
      result = F.compare(model, state.tree, state.before, state.after, state.width);
      result.root.name = TREE_WORDS[state.tree];
      const changes = F.changes(result.root);
      title.textContent = finding(changes[0]);
      note.textContent = [
        `Before: ${sideWords(state.before, result.flows[0], model)}. After: ${sideWords(state.after, result.flows[1], model)}.`,
        "Times are means per flow of the same sequence, so that more flows do not look slower.",
        result.canTell
          ? "In colour: what differs by more than sessions do among themselves (rank test, p < 0.01)."
          : "Fewer than five sessions on a side: nothing tells these differences from chance.",
        leftOut("before", result.onlyOne.before), leftOut("after", result.onlyOne.after),
      ].filter(Boolean).join(" ");
      view.show(result.root);
      details(model, panel, view.selected, changeFacts(view.selected));
      changeTable(table, changes.slice(0, 8));
    }
    function finding(top) {
      if (!top) return "Per flow, no frame differs by more than the spread between sessions";
      const place = top.kind === "handler" ? top.name : `${top.name} (${F.stackOf(top.parent).slice(1).join(", ")})`;
      const much = Math.abs(top.is - top.was);
      return `Per flow, ${place} takes ${duration(much)} ${top.is > top.was ? "more" : "less"} in ${state.after.label}: ${duration(top.was)} before, ${duration(top.is)} after`;
    }
    const trees = TREES.filter(([tree]) => model.roots[tree] !== undefined);
    const picks = element("div", "sl-fl-picks");
    picks.append(
      picker("Before", sides, state.before.key, (side) => { state.before = side; show(); }),
      picker("After", sides, state.after.key, (side) => { state.after = side; show(); }),
    );
    const tools = element("div", "sl-fl-tools");
    if (trees.length > 1) tools.append(choice("Which time", trees, "elapsed", (tree) => { state.tree = tree; show(); }));
    tools.append(choice("Width of frames", [["before", "Widths before"], ["after", "Widths after"]], "after", (width) => { state.width = width; show(); }));
    bar.append(picks, searchBox(() => view, (found) => `${count(found.count)} found`), tools);
    bar.after(legend());
    show();
  }

  function leftOut(side, names) {
    const shown = [...names].slice(0, 3).join(", ");
    return names.size ? `Left out, ran only ${side}: ${shown}${names.size > 3 ? ` and ${names.size - 3} more` : ""}.` : "";
  }

  function legend() {
    const row = element("div", "sl-fl-legend");
    for (const [css, words] of [
      ["faster-3", "half or less"], ["faster-2", "−20 %"], ["faster-1", "−9 %"], ["even", "no change that can be told"],
      ["slower-1", "+10 %"], ["slower-2", "+25 %"], ["slower-3", "twice or more"],
    ]) row.append(element("span", `sl-fl-${css}`, words));
    return row;
  }

  function changeTable(place, changes) {
    place.replaceChildren();
    if (!changes.length) return;
    const table = element("table", "sl-data");
    table.append(element("caption", "sl-hidden", "Frames that hold most of the change"));
    const head = table.appendChild(element("thead")).appendChild(element("tr"));
    for (const [words, kind] of [["Holds most of the change", ""], ["Before, per flow", "sl-number"], ["After, per flow", "sl-number"], ["Change, per flow", "sl-number"], ["Change, all flows", "sl-number"], ["n before, after", "sl-number"], ["Where", ""]]) {
      const cell = head.appendChild(element("th", kind, words));
      cell.scope = "col";
    }
    const body = table.appendChild(element("tbody"));
    for (const frame of changes) {
      const row = body.appendChild(element("tr"));
      const name = row.appendChild(element("td"));
      const swatch = element("i", `sl-fl-swatch sl-fl-${F.changeCss(frame)}`);
      name.append(swatch, frame.name);
      for (const value of [duration(frame.was), duration(frame.is), signed(frame.is - frame.was), signed(frame.now - frame.old), `${count(frame.counts[0])}, ${count(frame.counts[1])}`]) {
        row.append(element("td", "sl-number", value));
      }
      row.append(element("td", "", F.stackOf(frame.parent).slice(1).join(" › ")));
    }
    const scroll = place.appendChild(element("div", "sl-scroll"));
    scroll.tabIndex = 0;
    scroll.append(table);
  }

  async function start(figures) {
    const { key, source } = figures[0].dataset;
    try {
      const model = F.prepare(await self.sightlineSideData.load(key, source));
      const drawings = { flame: drawFlame, difference: drawDifference };
      figures.forEach((figure) => {
        drawings[figure.dataset.drawing](model, figure);
        figure.dataset.state = "ready";
      });
    } catch (error) {
      figures.forEach((figure) => { figure.querySelector(".sl-fl-app").textContent = `This figure cannot be drawn: ${error.message}`; });
    }
  }

  const figures = [...document.querySelectorAll(".sl-flame")];
  if (figures.length) start(figures);
})();
