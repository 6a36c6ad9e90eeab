/** The declared world as data: sequences, topics, routes and plugins, read from the JSON files beside the code. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface BeatDeclaration {
  readonly beat: number;
  readonly event: string;
  readonly title: string;
  readonly handler: string;
  readonly kind: "pure" | "io" | "stage-crew";
  readonly timing: "immediate" | "after-beat" | "delayed";
  /** What a throwing handler does to its beat: `continue` (the default) tolerates it. */
  readonly errorHandling?: "continue" | "retry" | "abort-sequence";
}

export interface MovementDeclaration {
  readonly id: string;
  readonly name: string;
  readonly beats: readonly BeatDeclaration[];
}

export interface SequenceDeclaration {
  readonly id: string;
  readonly name: string;
  readonly pluginId: string;
  readonly description?: string;
  readonly movements: readonly MovementDeclaration[];
}

export interface Route {
  readonly pluginId: string;
  readonly sequenceId: string;
}

export interface Declarations {
  readonly sequences: readonly SequenceDeclaration[];
  /** Published topics and the sequences they start. */
  readonly topics: Readonly<Record<string, { readonly routes: readonly Route[] }>>;
  /** User actions and the sequence each one plays. */
  readonly interactions: Readonly<Record<string, Route>>;
}

interface SequenceIndex {
  readonly sequences: readonly { readonly file: string; readonly handlersPath: string }[];
}

/** Reads every `src/modules/<module>/json-sequences/index.json` with the files it lists, and the manifests. */
export function readDeclarations(root: string): Declarations {
  const modules = join(root, "src", "modules");
  const manifest = <Shape>(name: string) => readJson<Shape>(join(root, "manifests", `${name}.json`));
  return {
    sequences: readdirSync(modules).sort().flatMap((name) => readModule(join(modules, name, "json-sequences"))),
    topics: manifest<Pick<Declarations, "topics">>("topics-manifest").topics,
    interactions: manifest<{ routes: Declarations["interactions"] }>("interaction-manifest").routes,
  };
}

function readModule(folder: string): SequenceDeclaration[] {
  const index = readJson<SequenceIndex>(join(folder, "index.json"));
  return index.sequences.map((entry) => readJson<SequenceDeclaration>(join(folder, entry.file)));
}

function readJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(path, "utf8")) as Shape;
}
