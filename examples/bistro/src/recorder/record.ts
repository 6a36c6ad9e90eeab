/** `npm run record`: plays every planned session and writes logs/, labels.jsonl and truth.jsonl. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { APP_ROOT } from "../app.js";
import { fileNameOf, labelsOf, truthOf } from "./labels.js";
import { planSessions, type SessionPlan } from "./plan.js";
import { recordSession, type Recording } from "./session.js";

const LOGS = join(APP_ROOT, "logs");

async function main(): Promise<void> {
  const plans = planSessions();
  await warmUp(plans);
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS);
  const recordings: Recording[] = [];
  for (const plan of plans) {
    const recording = await recordSession(plan);
    const bytes = Buffer.from(recording.text);
    writeFileSync(join(LOGS, fileNameOf(recording)), plan.isCompressed ? gzipSync(bytes, { level: 9 }) : bytes);
    recordings.push(recording);
  }
  writeRows("labels.jsonl", recordings.flatMap(labelsOf));
  writeRows("truth.jsonl", recordings.map(truthOf));
  const bytes = recordings.reduce((sum, recording) => sum + recording.text.length, 0);
  console.log(`${recordings.length} sessions, ${(bytes / 1e6).toFixed(2)} MB of log`);
}

/** Without it the first sessions would be slow only because the engine still compiles. */
async function warmUp(plans: readonly SessionPlan[]): Promise<void> {
  for (const plan of plans.filter(({ number }) => number % 4 === 0)) await recordSession(plan);
}

function writeRows(name: string, rows: readonly object[]): void {
  writeFileSync(join(APP_ROOT, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

await main();
