/**
 * Bistro assembled. `createApp` takes everything that could differ between two runs: seed, clock, release, plugins,
 * declarations, services. What it gives back plays sequences and lets listeners hear every event.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Conductor, type FlowResult } from "./conductor/conductor.js";
import { ManualClock, type Clock } from "./conductor/clock.js";
import { readDeclarations, type Declarations } from "./conductor/declarations.js";
import { EventHook, type Listener } from "./conductor/events.js";
import { seededRandom } from "./conductor/random.js";
import { Registry } from "./conductor/registry.js";
import type { BistroPlugin, BistroState, Services } from "./domain.js";
import { plugin as cart } from "./modules/cart/handlers.js";
import { plugin as delivery } from "./modules/delivery/handlers.js";
import { plugin as kitchen } from "./modules/kitchen/handlers.js";
import { plugin as loyalty } from "./modules/loyalty/handlers.js";
import { plugin as menu } from "./modules/menu/handlers.js";
import { plugin as ordering } from "./modules/ordering/handlers.js";
import { plugin as payment } from "./modules/payment/handlers.js";
import { plugin as reservation } from "./modules/reservation/handlers.js";
import { featuresOf, LATEST_RELEASE } from "./releases.js";
import { PaymentGateway } from "./services/gateway.js";
import { Store } from "./services/store.js";

/** The application's folder, seen from `dist/`. */
export const APP_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const PLUGINS: readonly BistroPlugin[] = [menu, cart, ordering, kitchen, payment, delivery, loyalty, reservation];

export interface AppOptions {
  readonly seed?: number;
  readonly clock?: Clock;
  readonly release?: string;
  readonly lanes?: number;
  readonly plugins?: readonly BistroPlugin[];
  readonly declarations?: Declarations;
  readonly services?: Partial<Services>;
  /** Hears everything from the first event on. */
  readonly listeners?: readonly Listener[];
}

export interface App {
  readonly hook: EventHook;
  readonly services: Services;
  readonly clock: Clock;
  play(sequenceId: string, payload?: Partial<BistroState>): Promise<FlowResult<BistroState> | undefined>;
  publish(topic: string, payload?: Partial<BistroState>): void;
  interact(interaction: string, payload?: Partial<BistroState>): Promise<FlowResult<BistroState> | undefined>;
  drain(): Promise<void>;
}

export function createApp(options: AppOptions = {}): App {
  const { seed = 1, clock = new ManualClock(), release = LATEST_RELEASE, lanes = 2, plugins = PLUGINS } = options;
  const random = seededRandom(seed);
  const hook = new EventHook(clock);
  for (const listener of options.listeners ?? []) hook.on(listener);
  const services: Services = {
    store: new Store(random), gateway: new PaymentGateway(clock, random), features: featuresOf(release), ...options.services,
  };
  const declarations = options.declarations ?? readDeclarations(APP_ROOT);
  const registry = new Registry<BistroState, Services>(hook);
  hook.emit("app.release", "app", { release, app: "bistro" });
  for (const plugin of plugins) registry.mount(plugin, declarations.sequences.filter((sequence) => sequence.pluginId === plugin.id));
  const conductor = new Conductor<BistroState, Services>({ registry, declarations, hook, clock, random, services, lanes });
  return {
    hook, services, clock,
    play: (sequenceId, payload) => conductor.play(sequenceId, payload),
    publish: (topic, payload) => conductor.publish(topic, payload),
    interact: (interaction, payload) => conductor.interact(interaction, payload),
    drain: () => conductor.drain(),
  };
}
