/**
 * A replay command for any TypeScript application whose handlers are functions of (data, context) and return the keys
 * they set: every handler is called by itself, from its source, and everything it imports from elsewhere is a stub.
 * Run as `node replay_by_stubs.mjs CODE_FOLDER TYPESCRIPT_FOLDER`; docs_site/docs/how-to/replay.md has what it measured.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import vm from "node:vm";

const [codeFolder, compilerFolder] = process.argv.slice(2);
const ts = createRequire(import.meta.url)(resolve(compilerFolder));
const PATIENCE_MS = 100;
const modules = new Map();

/** Anything: can be called, built, read and written to any depth, is empty when iterated and nothing when awaited. */
function stub() {
  const kept = new Map();
  return new Proxy(function anything() {}, {
    get(_target, key) {
      if (kept.has(key)) return kept.get(key);
      if (key === Symbol.iterator) return function* none() {};
      if (key === Symbol.toPrimitive) return () => "";
      if (key === "then" || key === "toJSON") return undefined;
      if (key === "length") return 0;
      kept.set(key, stub());
      return kept.get(key);
    },
    set(_target, key, value) { kept.set(key, value); return true; },
    apply: () => stub(),
    construct: () => stub(),
  });
}

const sandbox = vm.createContext({
  console: new Proxy({}, { get: () => () => undefined }), document: stub(), window: stub(), navigator: stub(), localStorage: stub(),
  sessionStorage: stub(), fetch: () => Promise.reject(new Error("no network in a replay")), CustomEvent: stub(), Event: stub(), MouseEvent: stub(),
  HTMLElement: class {}, SVGElement: class {}, Element: class {}, FileReader: stub(), Blob: stub(), URL: stub(), requestAnimationFrame: () => 0,
  getComputedStyle: () => stub(), setTimeout: () => 0, clearTimeout: () => undefined, performance, structuredClone, process: { env: {} },
});

function load(path) {
  if (modules.has(path)) return modules.get(path).exports;
  const module = { exports: {} };
  modules.set(path, module);
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.React, esModuleInterop: true };
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), { compilerOptions: options, fileName: path });
  const wrap = vm.runInContext(`(function (exports, require, module) {${outputText}\n})`, sandbox, { filename: path });
  wrap(module.exports, (name) => find(name, dirname(path)), module);
  return module.exports;
}

function find(name, folder) {
  if (!name.startsWith(".")) return stub();
  const base = resolve(folder, name);
  const stem = base.replace(/\.jsx?$/, "");
  const path = [base, `${stem}.ts`, `${stem}.tsx`, join(base, "index.ts")].find((one) => /\.tsx?$/.test(one) && existsSync(one));
  return path ? load(path) : stub();
}

async function play({ bundle }) {
  const standIns = new Set();
  const steps = [];
  for (const step of bundle.observed) {
    const handlers = [];
    for (const recorded of step.handlers ?? []) handlers.push(await call(recorded, standIns));
    steps.push({ ...step, handlers });
  }
  return { status: "completed", steps, stand_ins: [...standIns].sort() };
}

const calls = new Map();

/** The same handler with the same inputs is called once. */
async function call(recorded, standIns) {
  const key = JSON.stringify([recorded.code, recorded.handler, recorded.inputs]);
  for (const input of recorded.inputs ?? []) if ((input.value ?? input.candidate) === undefined && input.state !== "known") standIns.add(input.key);
  if (!calls.has(key)) calls.set(key, callOnce(recorded));
  return { plugin: recorded.plugin, handler: recorded.handler, ...(await calls.get(key)) };
}

async function callOnce(recorded) {
  const { handler, code = "" } = recorded;
  const path = code.slice(0, code.lastIndexOf(":"));
  const state = {};
  for (const input of recorded.inputs ?? []) {
    const value = input.value ?? input.candidate;
    if (value !== undefined) state[input.key] = value;
  }
  try {
    const made = functionOf(join(codeFolder, path), handler);
    const payload = { ...state };
    sandbox.call = () => made({ ...state }, { baton: { ...state }, payload, ...contextOf() });
    // A loop that waits for a stub to change would never end.
    const patch = await patiently(vm.runInContext("call()", sandbox, { timeout: PATIENCE_MS }));
    // What a handler sets it returns, or writes into the payload it was given.
    return { status: "ok", changes: changesOf(state, patch && typeof patch === "object" ? { ...payload, ...patch } : payload) };
  } catch {
    return { status: "error" };
  }
}

const contextOf = () => ({ logger: stub(), conductor: stub(), publish: stub(), util: stub(), stageCrew: stub(), io: stub(), handlers: stub() });

/** The exported function of that name, else the one an exported object holds under it. */
function functionOf(path, name) {
  const exported = load(path);
  const found = exported[name] ?? Object.values(exported).map((value) => value?.[name]).find((value) => typeof value === "function");
  if (typeof found !== "function") throw new Error(`${path} exports no ${name}`);
  return found;
}

function patiently(result) {
  let timer;
  const late = new Promise((_settle, reject) => { timer = setTimeout(() => reject(new Error("did not end")), PATIENCE_MS); });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

function changesOf(state, patch) {
  return Object.entries(patch).flatMap(([key, value]) => {
    const text = JSON.stringify(value);
    if (text === undefined || text === JSON.stringify(state[key])) return [];
    return [{ key, kind: key in state ? "updated" : "added", value: JSON.parse(text) }];
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await play(JSON.parse(line)))}\n`);
}
