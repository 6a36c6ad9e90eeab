/**
 * `[replay]` of sightline.toml: reads a request per line, plays it, writes an answer per line. Nothing else may be
 * written to standard output.
 */
import { createInterface } from "node:readline";
import { playLive } from "./live.js";
import type { ReplayRequest } from "./protocol.js";
import { playStubbed } from "./stubbed.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { level, repeat, bundle } = JSON.parse(line) as ReplayRequest;
  const answer = await (level === "live" ? playLive(bundle, repeat) : playStubbed(bundle, repeat));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
