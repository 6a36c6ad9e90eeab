/** Who listens to what: mounted plugins, known sequences, and the subscribers of each topic. */
import type { SequenceDeclaration } from "./declarations.js";
import type { EventHook } from "./events.js";
import type { Handler, Plugin } from "./handler.js";

export interface Subscriber<State, Services> {
  readonly pluginId: string;
  readonly handlerName: string;
  readonly handler: Handler<State, Services>;
}

export class Registry<State, Services> {
  private readonly plugins = new Set<string>();
  private readonly sequences = new Map<string, SequenceDeclaration>();
  private readonly topics = new Map<string, Subscriber<State, Services>[]>();

  constructor(private readonly hook: EventHook) {}

  mount(plugin: Plugin<State, Services>, sequences: readonly SequenceDeclaration[]): void {
    this.plugins.add(plugin.id);
    this.hook.emit("plugin.mounted", "app", { plugin: plugin.id, sequences: sequences.length });
    for (const sequence of sequences) this.register(plugin, sequence);
  }

  hasPlugin(pluginId: string): boolean {
    return this.plugins.has(pluginId);
  }

  sequence(sequenceId: string): SequenceDeclaration | undefined {
    return this.sequences.get(sequenceId);
  }

  subscribers(topic: string): readonly Subscriber<State, Services>[] {
    return this.topics.get(topic) ?? [];
  }

  private register(plugin: Plugin<State, Services>, sequence: SequenceDeclaration): void {
    this.sequences.set(sequence.id, sequence);
    const beats = sequence.movements.flatMap((movement) => movement.beats);
    this.hook.emit("seq.registered", "app", { seq: sequence.id, name: sequence.name, beats: beats.length });
    for (const beat of beats) this.subscribe(plugin, sequence.id, beat.event, beat.handler);
  }

  private subscribe(plugin: Plugin<State, Services>, seq: string, topic: string, handlerName: string): void {
    const fields = { topic, plugin: plugin.id, handler: handlerName, seq };
    const handler = plugin.handlers[handlerName];
    if (!handler) return this.hook.emit("handler.missing", "bus", fields);
    const subscribers = this.topics.get(topic) ?? [];
    // Two sequences may share a beat: their handler still listens once.
    if (subscribers.some((known) => known.handlerName === handlerName && known.pluginId === plugin.id)) return;
    subscribers.push({ pluginId: plugin.id, handlerName, handler });
    this.topics.set(topic, subscribers);
    this.hook.emit("topic.subscribed", "bus", { ...fields, place: subscribers.length });
  }
}
