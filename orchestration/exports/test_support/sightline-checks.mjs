/**
 * What generated tests share: comparing what an application did with what production shows. Written by Sightline
 * beside the tests; it needs nothing but JavaScript. A difference is a place (for machines) and words (for people).
 */
const LINKS = new Set([
  "sameAs", "sameItemsAs", "itemsOf", "asManyAs", "sumIs", "contains", "eachContains",
  "sumOf", "differenceOf", "productOf", "totalOf", "atMost", "atLeast",
]);

const MOST_MS = 5000;

/** Runs a test and ends with its differences in words. With SIGHTLINE_TESTS_REPORT set they go to that file too. */
export async function differencesOf(id, produce) {
  let found;
  let timer;
  const late = new Promise((settle) => {
    timer = setTimeout(() => settle([{ at: "", rule: "ends", text: `it does not end within ${MOST_MS} ms` }]), MOST_MS);
  });
  try {
    found = await Promise.race([produce(), late]);
  } catch (error) {
    found = [{ at: "", rule: `it throws ${error?.name}`, text: `it throws ${error?.name ?? "an error"}: ${error?.message ?? error}` }];
  } finally {
    clearTimeout(timer);
  }
  const report = globalThis.process?.env?.SIGHTLINE_TESTS_REPORT;
  if (report) (await import("node:fs")).appendFileSync(report, `${JSON.stringify({ id, differences: found })}\n`);
  return found.map((one) => one.text);
}

/** Compares the answer of a player (see how-to/replay) with the expected beats. */
export function flowDifferences(expected, answer) {
  const found = [];
  const say = (at, text) => found.push({ at, rule: `${expected.status}: ${at}`, text });
  if (answer.status !== expected.status) say("status", `ended as ${answer.status} (${answer.error ?? ""}), expected ${expected.status}`);
  const topics = (beats) => beats.map((beat) => beat.topic).join(" > ");
  if (topics(answer.steps) !== topics(expected.beats)) {
    say("beats", `played ${topics(answer.steps)}, expected ${topics(expected.beats)}`);
    return found;
  }
  const state = { ...answer.inputs };
  expected.beats.forEach((beat, place) => {
    const step = answer.steps[place];
    if (step.status !== beat.status) say(`${place}/status`, `${beat.topic} ${step.status}, expected ${beat.status}`);
    const handlers = step.handlers ?? [];
    const names = (list) => list.map((one) => one.handler).join(", ");
    if (!beat.handlers) return;
    if (names(handlers) !== names(beat.handlers)) return say(`${place}/handlers`, `${beat.topic} ran ${names(handlers)}, expected ${names(beat.handlers)}`);
    beat.handlers.forEach((handler, order) => {
      const done = handlers[order];
      found.push(...handlerDifferences(`${place}/${order}`, handler, done, state));
      for (const change of done.changes ?? []) {
        if (change.kind === "removed") delete state[change.key];
        else state[change.key] = change.value;
      }
    });
  });
  return found;
}

/** Compares what one handler did with what it always did. `before` is the state it read. */
export function handlerDifferences(at, expected, done, before) {
  const found = [];
  const say = (where, text, rule = where) =>
    found.push({ at: `${at}/${where}`, rule: `${expected.handler}: ${rule}`, text: `${expected.handler}: ${text}` });
  if (done.status !== expected.status) say("status", `${done.status}, expected ${expected.status}`);
  if (expected.error && done.error !== undefined && done.error !== expected.error) say("error", `threw ${done.error}, expected ${expected.error}`);
  if (expected.publishes && done.published) {
    const missing = expected.publishes.filter((topic) => !done.published.includes(topic));
    const known = [...expected.publishes, ...(expected.mayPublish ?? [])];
    const strange = done.published.filter((topic) => !known.includes(topic));
    if (missing.length) say("publishes", `does not publish ${missing.join(", ")}`);
    if (strange.length) say("mayPublish", `publishes ${strange.join(", ")}, which production never showed`);
  }
  if (!expected.changes) return found;
  const changes = new Map((done.changes ?? []).map((change) => [change.key, change]));
  for (const key of changes.keys()) {
    if (!expected.onlyThese || key in expected.changes) continue;
    say(`${key}/strange`, `changes ${key}, which production never showed`);
  }
  for (const [key, rule] of Object.entries(expected.changes)) {
    const change = changes.get(key);
    if (!change) {
      if (rule.always) say(`${key}/always`, `does not change ${key}`);
      else if (rule.seen) say(`${key}/seen`, `does not change ${key}, as in the flow it plays`);
      continue;
    }
    if (rule.unchanged) say(`${key}/unchanged`, `changes ${key}, unlike the flow it plays`);
    if (rule.kind && rule.kind !== change.kind) say(`${key}/kind`, `${key} is ${change.kind}, expected ${rule.kind}`);
    if (change.kind === "removed" || change.value === undefined) continue;
    if (rule.here !== undefined && text(rule.here) !== text(change.value)) {
      say(`${key}/here`, `${key} is ${short(change.value)}, in the flow it plays it was ${short(rule.here)}`);
    }
    if (rule.begins !== undefined && !isBeginning(rule.begins, change.value)) {
      say(`${key}/begins`, `${key} is ${short(change.value)}, in the flow it plays it began ${short(rule.begins)}`);
    }
    for (const check of rule.values ?? []) valueDifferences(key, check, change.value, before, say);
  }
  return found;
}

function valueDifferences(key, check, value, before, say) {
  const { at = "", ...rules } = check;
  for (const one of placesOf(value, at)) {
    for (const [name, wanted] of Object.entries(rules)) {
      const known = LINKS.has(name) ? readAt(before, wanted) : wanted;
      if (LINKS.has(name) && known === undefined) continue;
      if (!RULES[name](one, known)) {
        const place = `${key}${at ? `.${at}` : ""}`;
        say(`${key}/${at}:${name}`, `${place} is ${short(one)}, expected ${name} ${short(LINKS.has(name) ? known : wanted)}`, `${place} ${name} ${short(wanted)}`);
        return;
      }
    }
  }
}

/** Whether a value begins with what a log shows of another before a cut: leading items of a list, members of an object. */
function isBeginning(shown, value) {
  if (shown === null || typeof shown !== "object") return text(shown) === text(value);
  if (value === null || typeof value !== "object" || Array.isArray(shown) !== Array.isArray(value)) return false;
  return Object.entries(shown).every(([name, one]) => isBeginning(one, value[name]));
}

const text = (value) => JSON.stringify(sorted(value));
const RULES = {
  is: (value, kind) => kindOf(value) === kind || (kind === "number" && kindOf(value) === "integer"),
  equals: (value, wanted) => text(value) === text(wanted),
  oneOf: (value, words) => words.some((word) => text(word) === text(value)),
  like: (value, pattern) => new RegExp(pattern, "u").test(value),
  from: (value, least) => value >= least,
  to: (value, most) => value <= most,
  length: (value, wanted) => value.length === wanted,
  lengthFrom: (value, least) => value.length >= least,
  lengthTo: (value, most) => value.length <= most,
  sameAs: (value, read) => text(value) === text(read),
  sameItemsAs: (value, read) => text(value.map(text).sort()) === text(read.map(text).sort()),
  itemsOf: (value, read) => value.every((one) => read.some((other) => text(one) === text(other))),
  asManyAs: (value, read) => value.length === (Array.isArray(read) ? read.length : read),
  sumIs: (value, read) => value.reduce((sum, one) => sum + one, 0) === read,
  contains: (value, read) => value.includes(read),
  eachContains: (value, read) => value.every((one, place) => place >= read.length || one.includes(read[place])),
  sumOf: (value, [left, right]) => isNear(value, left + right),
  differenceOf: (value, [left, right]) => isNear(value, left - right),
  productOf: (value, [left, right]) => isNear(value, left * right),
  totalOf: (value, read) => isNear(value, Object.values(read).reduce((sum, one) => sum + one, 0)),
  atMost: (value, read) => value <= read,
  atLeast: (value, read) => value >= read,
};

function isNear(left, right) {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left), Math.abs(right));
}

function kindOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** What stands at a path, or at each of several; undefined when one of them is not there. */
function readAt(before, wanted) {
  if (!Array.isArray(wanted)) return placesOf(before, wanted)[0];
  const found = wanted.map((path) => placesOf(before, path)[0]);
  return found.includes(undefined) ? undefined : found;
}

/** The values at a path like `lines[].quantity`; `[]` means every element. */
function placesOf(value, path) {
  let places = [value];
  for (const name of path.split(/\.|(?=\[\])/u).filter(Boolean)) {
    places = name === "[]" ? places.flatMap((one) => (Array.isArray(one) ? one : [])) : places.map((one) => one?.[name]).filter((one) => one !== undefined);
  }
  return places;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function short(value) {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 120 ? `${shown.slice(0, 120)}...` : shown;
}

/** The function of a module by its name: exported itself, or in the handlers the module exports. */
export function handlerOf(module, name) {
  const found = [module, module.handlers, module.default?.handlers, module.plugin?.handlers].find((one) => typeof one?.[name] === "function");
  if (!found) throw new Error(`${name} is not exported`);
  return found[name];
}

/** Calls a handler by itself: with the state as its first argument, and in the context a stub that keeps what it does. */
export async function callHandler(handler, inputs) {
  const copy = () => JSON.parse(JSON.stringify(inputs));
  const published = [];
  const nothing = () => undefined;
  const publish = (topic) => void published.push(String(topic));
  const context = {
    payload: copy(), publish, emit: publish, published,
    logger: { debug: nothing, info: nothing, log: nothing, warn: nothing, error: nothing },
    conductor: { play: nothing, publish, emit: publish, on: nothing, off: nothing, subscribe: nothing, logger: { info: nothing, warn: nothing, error: nothing } },
  };
  const data = copy();
  try {
    const returned = await handler(data, context);
    const isState = returned !== null && typeof returned === "object" && !Array.isArray(returned);
    const after = { ...context.payload, ...(isState ? returned : {}) };
    return { status: "ok", published, changes: changesBetween(inputs, after) };
  } catch (error) {
    return { status: "error", error: error?.name ?? "Error", published, changes: [] };
  }
}

function changesBetween(before, after) {
  const found = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [left, right] = [plain(before[key]), plain(after[key])];
    if (right === undefined && left !== undefined) found.push({ key, kind: "removed" });
    else if (right !== undefined && left === undefined) found.push({ key, kind: "added", value: right });
    else if (text(left) !== text(right)) found.push({ key, kind: "updated", value: right });
  }
  return found;
}

function plain(value) {
  const written = typeof value === "function" ? undefined : JSON.stringify(value);
  return written === undefined ? undefined : JSON.parse(written);
}
