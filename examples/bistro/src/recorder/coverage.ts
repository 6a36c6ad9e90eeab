/** `npm run coverage`: runs the tests under node's own coverage and keeps the sources' part as coverage/lcov.info. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { APP_ROOT } from "../app.js";

function main(): void {
  const run = spawnSync(
    process.execPath,
    ["--enable-source-maps", "--test", "--experimental-test-coverage", "--test-reporter=lcov", "dist/"],
    { cwd: APP_ROOT, encoding: "utf8" },
  );
  if (run.status !== 0) throw new Error(`tests failed:\n${run.stdout}${run.stderr}`);
  const records = run.stdout.replaceAll("\\", "/").split(/(?<=^end_of_record\n)/m).filter(isOfSource);
  mkdirSync(join(APP_ROOT, "coverage"), { recursive: true });
  writeFileSync(join(APP_ROOT, "coverage", "lcov.info"), records.map(withoutUncalled).join(""));
  console.log(`${records.length} files in coverage/lcov.info`);
}

function isOfSource(record: string): boolean {
  return /^SF:src\//m.test(record) && !/^SF:.*(\.test\.ts|src\/testing\/.*)$/m.test(record);
}

/**
 * Loading a module runs the line that declares a function, and node counts that line as covered. In a function that
 * no test called (FNDA 0) no line is.
 */
function withoutUncalled(record: string): string {
  const source = readFileSync(join(APP_ROOT, /^SF:(.*)$/m.exec(record)![1]!), "utf8").split("\n");
  const uncalled = new Set([...record.matchAll(/^FNDA:0,(\w+)$/gm)].flatMap((match) => linesOf(match[1]!, source)));
  const corrected = record.replace(/^DA:(\d+),\d+$/gm, (entry, line: string) => (uncalled.has(Number(line)) ? `DA:${line},0` : entry));
  const covered = [...corrected.matchAll(/^DA:\d+,[1-9]/gm)].length;
  return corrected.replace(/^LH:\d+$/m, `LH:${covered}`);
}

/** The lines of a function at the top level of a file: from its declaration to the next brace in the first column. */
function linesOf(name: string, source: readonly string[]): number[] {
  const first = source.findIndex((line) => new RegExp(`^(export )?(const|(async )?function) ${name}\\b`).test(line));
  if (first < 0) return [];
  const length = source.slice(first).findIndex((line) => line.startsWith("}")) + 1;
  return Array.from({ length }, (_, place) => first + 1 + place);
}

main();
