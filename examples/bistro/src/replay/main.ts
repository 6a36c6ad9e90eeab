/**
 * `[replay]` of sightline.toml: reads a request per line, plays it, writes an answer per line. Nothing else may be
 * written to standard output.
 */
import { createInterface } from "node:readline";
import { play } from "./play.js";
import type { ReplayRequest } from "./protocol.js";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await play(JSON.parse(line) as ReplayRequest))}\n`);
}
