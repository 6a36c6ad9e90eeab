/** Calls every handler of a flow by itself, with the inputs the log shows of it and everything around it stubbed. */
import { PLUGINS } from "../app.js";
import { ManualClock } from "../conductor/clock.js";
import { seededRandom } from "../conductor/random.js";
import { applyPatch } from "../conductor/state.js";
import type { BistroContext, BistroState } from "../domain.js";
import { featuresOf, LATEST_RELEASE } from "../releases.js";
import { PaymentGateway } from "../services/gateway.js";
import { Store } from "../services/store.js";
import type { Bundle, HandlerStep, Json, ReplayAnswer, Step } from "./protocol.js";
import { beginningOf, furnish } from "./stand_ins.js";
import { changesOf } from "./steps.js";

export async function playStubbed(bundle: Bundle, repeat: number): Promise<ReplayAnswer> {
  const standIns = new Set<string>();
  const steps: Step[] = [];
  for (const step of bundle.observed) {
    const handlers: HandlerStep[] = [];
    for (const handler of step.handlers ?? []) handlers.push(await call(handler, bundle, repeat, standIns));
    steps.push({ ...step, handlers });
  }
  return { status: "completed", steps, stand_ins: [...standIns].sort() };
}

async function call(recorded: HandlerStep, bundle: Bundle, repeat: number, standIns: Set<string>): Promise<HandlerStep> {
  const { plugin, handler: name = "" } = recorded;
  const where = { ...(plugin !== undefined && { plugin }), handler: name };
  const handler = PLUGINS.find((candidate) => candidate.id === plugin)?.handlers[name];
  if (!handler) return { ...where, status: "absent" };
  const context = stubs(bundle, repeat);
  const beginning = beginningOf(recorded.inputs ?? [], bundle, context.services.store);
  for (const key of beginning.standIns) standIns.add(key);
  furnish(context.services.store, beginning.state, bundle);
  const before = beginning.state as BistroState;
  try {
    const { state, change } = applyPatch(before, (await handler(before, context)) ?? {});
    const valueOf = (key: string) => JSON.parse(JSON.stringify(state[key as keyof BistroState] ?? null)) as Json;
    return { ...where, status: "ok", changes: changesOf(change, valueOf) };
  } catch {
    return { ...where, status: "error" };
  }
}

function stubs(bundle: Bundle, repeat: number): BistroContext {
  const clock = new ManualClock(Date.parse(bundle.flow.started_at ?? "") || 0);
  const random = seededRandom(1 + repeat);
  const services = {
    store: new Store(random), gateway: new PaymentGateway(clock, random), features: featuresOf(bundle.flow.build ?? LATEST_RELEASE),
  };
  return { requestId: "replay", clock, random, services, publish: () => undefined };
}
