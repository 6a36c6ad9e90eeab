/** `npm run coverage`: runs the tests under node's own coverage and keeps the sources' part as coverage/lcov.info. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { APP_ROOT } from "../app.js";

const run = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--experimental-test-coverage", "--test-reporter=lcov", "dist/"],
  { cwd: APP_ROOT, encoding: "utf8" },
);
if (run.status !== 0) throw new Error(`tests failed:\n${run.stdout}${run.stderr}`);
const isSource = (record: string) => /^SF:src\//m.test(record) && !/^SF:.*(\.test\.ts|src\/testing\/.*)$/m.test(record);
const records = run.stdout.split(/(?<=^end_of_record\n)/m).filter(isSource);
mkdirSync(join(APP_ROOT, "coverage"), { recursive: true });
writeFileSync(join(APP_ROOT, "coverage", "lcov.info"), records.join("").replaceAll("\\", "/"));
console.log(`${records.length} files in coverage/lcov.info`);
