// A session, or the part in view, as a Chrome trace file: opens in Perfetto and in chrome://tracing. The same form as
// orchestration/exports/chrome_trace.py; here it is made in the browser, so that the site holds no second copy.
(() => {
  "use strict";
  const T = (self.SightlineTimeline = self.SightlineTimeline || {});
  const microseconds = (ms) => Math.round(ms * 1000);

  function metadata(name, thread, value) {
    return { ph: "M", name, pid: 1, tid: thread, args: { name: value } };
  }

  function facts(lane, index) {
    const given = { line: lane.line(index), status: lane.status(index) };
    // Entries, not keys of a literal: a value may come from the log, and the end of a word, as in "added __proto__".
    for (const [word, value] of lane.facts(index)) given[word] = value;
    return given;
  }

  T.chromeTrace = function chromeTrace(model, view) {
    const events = [metadata("process_name", 0, model.session.name)];
    let thread = 0;
    for (const lane of model.lanes) {
      lane.tracks.forEach((track, number) => {
        thread += 1;
        events.push(metadata("thread_name", thread, lane.tracks.length > 1 ? `${lane.label} ${number + 1}` : lane.label));
        events.push({ ph: "M", name: "thread_sort_index", pid: 1, tid: thread, args: { sort_index: thread } });
        let cursor = -Infinity;
        for (const index of track.indices) {
          if (lane.realEnd[index] < view.from || lane.realStart[index] > view.to) continue;
          // Stamps are whole milliseconds: slices of one track must not seem to overlap.
          const start = Math.max(microseconds(lane.realStart[index]), lane.isMarks ? -Infinity : cursor);
          const common = { name: lane.name(index), cat: lane.kind, pid: 1, tid: thread, ts: start, args: facts(lane, index) };
          if (lane.isMarks) events.push({ ...common, ph: "i", s: "t" });
          else {
            cursor = Math.max(start, microseconds(lane.realEnd[index]));
            events.push({ ...common, ph: "X", dur: cursor - start });
          }
        }
      });
    }
    return { displayTimeUnit: "ms", otherData: { session: model.session.name, clock: model.hasClock ? "log stamps" : "order of the log" }, traceEvents: events };
  };

  T.save = function save(name, value) {
    const address = URL.createObjectURL(new Blob([JSON.stringify(value)], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
})();
