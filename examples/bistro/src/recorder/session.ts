/** Records one session: a real application, driven through its stories, with the log and the counters listening. */
import { createApp, APP_ROOT } from "../app.js";
import { StoryClock } from "../conductor/clock.js";
import { Counters } from "../conductor/counters.js";
import type { Listener } from "../conductor/events.js";
import { lineWriter } from "../conductor/log.js";
import { between, pick, seededRandom } from "../conductor/random.js";
import { Guest } from "./guest.js";
import type { SessionPlan } from "./plan.js";
import { manager, STORIES, type Story } from "./stories.js";

export interface Recording {
  readonly plan: SessionPlan;
  readonly text: string;
  readonly counters: Counters;
}

export async function recordSession(plan: SessionPlan): Promise<Recording> {
  const clock = new StoryClock(plan.startedAt);
  const counters = new Counters();
  const lines: string[] = [];
  const listeners: Listener[] = [lineWriter((line) => lines.push(line), APP_ROOT), counters.listen];
  const app = createApp({ seed: plan.seed, clock, release: plan.release, listeners, ...plan.fault?.options?.(clock) });
  app.hook.on((event) => {
    if (plan.fault?.cutsAfter?.(event, counters)) app.hook.cut();
  });
  app.hook.emit("session.start", "app", { session: plan.name });
  const random = seededRandom(plan.seed * 31);
  for (const [place, story] of storiesOf(plan, random).entries()) {
    await story(new Guest(app, clock, random, plan.number * 5 + place));
    await app.drain();
    app.hook.emit("health.report", "app", { heap: `${Math.round(process.memoryUsage().heapUsed / 2 ** 20)}MB`, orders: app.services.store.orders.size });
    clock.idle(between(random, 20_000, 240_000));
  }
  app.hook.emit("session.end", "app", { session: plan.name, flows: counters.of("flow.started") });
  return { plan, text: lines.join(""), counters };
}

function storiesOf({ number, fault }: SessionPlan, random: () => number): Story[] {
  const chosen = Array.from({ length: fault ? 1 : between(random, 1, 3) }, () => pick(random, STORIES));
  const first = number % 4 === 1 ? [manager] : [];
  return [...first, ...chosen, ...(fault?.story ? [fault.story] : [])];
}
