/** Plays a flow in the conductor: today's application, the release of the log, the inputs of the bundle. */
import { createApp, PLUGINS } from "../app.js";
import { ManualClock } from "../conductor/clock.js";
import { seededRandom } from "../conductor/random.js";
import type { BistroHandler, BistroPlugin } from "../domain.js";
import { LATEST_RELEASE } from "../releases.js";
import { Store } from "../services/store.js";
import type { Bundle, Json, ReplayAnswer } from "./protocol.js";
import { beginningOf, furnish } from "./stand_ins.js";
import { StepRecorder } from "./steps.js";

export async function playLive(bundle: Bundle, repeat: number): Promise<ReplayAnswer> {
  const seed = 1 + repeat;
  const store = new Store(seededRandom(seed));
  const { state, standIns } = beginningOf(bundle.inputs, bundle, store);
  furnish(store, state, bundle);
  const recorder = new StepRecorder();
  const kept = new Map<string, Json>();
  const app = createApp({
    seed,
    clock: new ManualClock(Date.parse(bundle.flow.started_at ?? "") || 0),
    release: bundle.flow.build ?? LATEST_RELEASE,
    plugins: PLUGINS.map((plugin) => watched(plugin, kept)),
    services: { store },
    listeners: [recorder.listen],
  });
  const result = await app.play(bundle.flow.sequence_key, state);
  const inputs = JSON.parse(JSON.stringify(state)) as Record<string, Json>;
  const answer = { inputs, stand_ins: standIns, ...(result?.error && { error: `${result.error.name}: ${result.error.message}` }) };
  if (!result) return { status: "refused", steps: [], ...answer, error: `no sequence ${bundle.flow.sequence_key}` };
  return { status: result.status, steps: recorder.steps((_topic, handler, key) => kept.get(`${handler}/${key}`)), ...answer };
}

/** The plugin with handlers that leave the values they return where the answer finds them; the log only previews them. */
function watched(plugin: BistroPlugin, kept: Map<string, Json>): BistroPlugin {
  const watch = (name: string, handler: BistroHandler): BistroHandler => async (state, context) => {
    const patch = await handler(state, context);
    for (const [key, value] of Object.entries(patch ?? {})) {
      if (value !== undefined) kept.set(`${name}/${key}`, JSON.parse(JSON.stringify(value)) as Json);
    }
    return patch;
  };
  const handlers = Object.entries(plugin.handlers).map(([name, handler]) => [name, watch(name, handler)] as const);
  return { ...plugin, handlers: Object.fromEntries(handlers) };
}
