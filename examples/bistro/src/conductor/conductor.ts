/**
 * The conductor: a queue with lanes, and the router that turns published topics and user actions into flows.
 * How a single flow is played belongs to `player.ts`.
 */
import type { Clock } from "./clock.js";
import type { Declarations, Route } from "./declarations.js";
import type { EventHook, Fields } from "./events.js";
import type { HandlerContext } from "./handler.js";
import { Player, type Flow } from "./player.js";
import type { Random } from "./random.js";
import type { Registry } from "./registry.js";

export interface FlowResult<State> {
  readonly requestId: string;
  readonly status: "completed" | "failed";
  readonly state: State;
  readonly error?: Error;
}

export interface ConductorParts<State, Services> {
  readonly registry: Registry<State, Services>;
  readonly declarations: Declarations;
  readonly hook: EventHook;
  readonly clock: Clock;
  readonly random: Random;
  readonly services: Services;
  /** Flows that may run at the same time. */
  readonly lanes: number;
}

interface Waiting<State> {
  readonly flow: Flow<State>;
  readonly queuedAt: number;
  readonly settle: (result: FlowResult<State>) => void;
}

export class Conductor<State extends object, Services> {
  private readonly player: Player<State, Services>;
  private readonly queue: Waiting<State>[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: ConductorParts<State, Services>) {
    this.player = new Player(parts.registry, parts.hook, parts.clock, (flow) => this.contextOf(flow));
  }

  /** Asks for a sequence. Ends when its flow has ended; with nothing when plugin or sequence is unknown. */
  async play(sequenceId: string, payload: Partial<State> = {}, pluginId?: string): Promise<FlowResult<State> | undefined> {
    const { registry, hook, clock } = this.parts;
    const sequence = registry.sequence(sequenceId);
    const plugin = pluginId ?? sequence?.pluginId ?? "none";
    if (!registry.hasPlugin(plugin)) return void hook.emit("plugin.unknown", "conductor", { plugin, seq: sequenceId });
    if (!sequence) return void hook.emit("seq.unknown", "conductor", { plugin, seq: sequenceId });
    const requestId = this.newRequestId(sequenceId);
    hook.emit("seq.requested", "conductor", { flow: requestId, plugin, seq: sequenceId });
    const flow: Flow<State> = { requestId, sequence, scope: scopeOf(plugin), state: { ...payload } as State };
    return new Promise((settle) => {
      this.queue.push({ flow, queuedAt: clock.elapsed(), settle });
      hook.emit("flow.queued", "conductor", { flow: requestId, seq: sequenceId, name: sequence.name, depth: this.queue.length });
      this.fillLanes();
    });
  }

  /** Publishes a topic: every route of the manifest gets its flow. */
  publish(topic: string, payload: Partial<State> = {}, requestId?: string): void {
    const { declarations, hook } = this.parts;
    const origin: Fields = requestId ? { flow: requestId } : {};
    const routes = declarations.topics[topic]?.routes;
    if (!routes) return hook.emit("topic.unknown", "router", { ...origin, topic });
    hook.emit("topic.published", "router", { ...origin, topic, routes: routes.length });
    for (const route of routes) this.follow(route, topic, payload, origin);
  }

  /** What a user did; plays the sequence the interaction manifest names for it. */
  async interact(interaction: string, payload: Partial<State> = {}): Promise<FlowResult<State> | undefined> {
    const route = this.parts.declarations.interactions[interaction];
    if (route) return this.play(route.sequenceId, payload, route.pluginId);
    this.publish(interaction, payload);
    return undefined;
  }

  get isIdle(): boolean {
    return this.running.size === 0;
  }

  /** Ends when the queue is empty and every lane is free, published follow-ups included. */
  async drain(): Promise<void> {
    while (!this.isIdle) await Promise.all(this.running);
  }

  private follow(route: Route, topic: string, payload: Partial<State>, origin: Fields): void {
    this.parts.hook.emit("topic.routed", "router", { ...origin, topic, plugin: route.pluginId, seq: route.sequenceId });
    void this.play(route.sequenceId, payload, route.pluginId);
  }

  private fillLanes(): void {
    while (this.running.size < this.parts.lanes) {
      const next = this.queue.shift();
      if (!next) return;
      const run = this.run(next).finally(() => {
        this.running.delete(run);
        this.fillLanes();
      });
      this.running.add(run);
    }
  }

  private async run({ flow, queuedAt, settle }: Waiting<State>): Promise<void> {
    const { hook, clock } = this.parts;
    const fields = { flow: flow.requestId, seq: flow.sequence.id, name: flow.sequence.name };
    const start = clock.elapsed();
    hook.emit("flow.started", "conductor", { ...fields, waited: milliseconds(start - queuedAt) });
    const error = await this.player.play(flow);
    const took = milliseconds(clock.elapsed() - start);
    if (error) hook.emit("flow.failed", "conductor", { ...fields, error: error.name, message: error.message, took });
    else hook.emit("flow.done", "conductor", { ...fields, took });
    settle({ requestId: flow.requestId, status: error ? "failed" : "completed", state: flow.state, ...(error && { error }) });
  }

  private contextOf(flow: Flow<State>): HandlerContext<Services> {
    const { clock, random, services } = this.parts;
    const publish = (topic: string, payload: Partial<State> = {}) => this.publish(topic, payload, flow.requestId);
    return { requestId: flow.requestId, clock, random, services, publish };
  }

  private newRequestId(sequenceId: string): string {
    const suffix = Math.floor(this.parts.random() * 2 ** 32).toString(16).padStart(8, "0");
    return `${sequenceId.slice(0, 3)}-${suffix}`;
  }
}

function scopeOf(pluginId: string): string {
  return pluginId.replace(/Plugin$/, "").toLowerCase();
}

function milliseconds(duration: number): string {
  return `${duration.toFixed(3)}ms`;
}
