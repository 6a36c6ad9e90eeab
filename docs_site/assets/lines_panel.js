// The panel beside the lines: what was read from the chosen record. Text goes in as text, never as HTML.
(() => {
  "use strict";
  const L = (self.SightlineLines = self.SightlineLines || {});

  L.element = function element(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name in made && !name.includes("-")) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };
  const el = L.element;

  L.clock = function clock(about, ms) {
    if (ms === null || ms === undefined) return "";
    return about.origin === null ? "" : new Date(about.origin + ms).toISOString().slice(11, 23);
  };

  function pair(word, ...value) { return el("div", {}, el("dt", {}, word), el("dd", {}, ...value)); }

  function codePlace(model, chunk, record) {
    const name = chunk.text("sourceFileName", record);
    if (!name) return null;
    const line = chunk.data.sourceLine[record];
    const path = chunk.sourcePath(record);
    const text = `${path || name}${line === null ? "" : `:${line}`}`;
    if (!path || !model.about.codeUrl) return el("code", {}, text);
    const address = model.about.codeUrl.replaceAll("{path}", path.split("/").map(encodeURIComponent).join("/")).replaceAll("{line}", String(line || 1));
    return el("a", { href: address }, text);
  }

  L.panel = function panel(box, model, place, actions) {
    if (!place) {
      box.replaceChildren(el("p", { className: "sl-ln-hint" }, "Choose a line to see what was read from it."));
      return;
    }
    const { chunk, record } = place;
    const line = chunk.data.line[record];
    const list = el("dl", {});
    const severity = model.about.severities[chunk.data.severity[record]];
    list.append(pair("severity", severity));
    if (chunk.data.at[record] !== null) list.append(pair("time", `${new Date(model.about.origin + chunk.data.at[record]).toISOString().replace("T", " ").replace("Z", " UTC")} (+${(chunk.data.at[record] / 1000).toFixed(3)} s)`));
    const source = codePlace(model, chunk, record);
    if (source) list.append(pair("from", source));
    list.append(pair(severity === "rejected" ? "reason" : "message type", chunk.text("messageType", record)));
    const signal = chunk.text("signal", record);
    if (signal) list.append(pair("signal", signal));
    const handler = chunk.handlerLink(record);
    for (const [name, value] of chunk.fields(record)) list.append(pair(name.replaceAll("_", " "), name === "handler_name" && handler ? el("a", { href: handler }, value) : value));
    const detail = chunk.text("detail", record);
    const text = chunk.text("message", record) + (detail ? `\n${detail}` : "");
    box.replaceChildren(
      el("h3", {}, `Line ${line}`),
      el("p", { className: "sl-ln-actions" },
        el("button", { type: "button", className: "sl-ln-button", onclick: actions.copy }, "Copy link"),
        el("a", { href: `${model.about.timeline}#line=${line}` }, "On the timeline"),
        model.kept ? el("button", { type: "button", className: "sl-ln-button", onclick: actions.inContext }, "Show in context") : null),
      list,
      el("pre", { tabIndex: 0, "aria-label": "The whole record" }, text.length > 20000 ? `${text.slice(0, 20000)}\n\u2026 ${text.length - 20000} more characters` : text));
  };
})();
