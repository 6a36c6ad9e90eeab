/**
 * What the conductor says about itself: one event per thing that happens, with plain fields.
 * Listeners (the log, the counters, a test) hang on the `EventHook`; nothing here knows a log line.
 */
import type { Clock } from "./clock.js";

export type EventKind =
  | "app.release" | "session.start" | "session.end" | "health.report" | "ui.action"
  | "plugin.mounted" | "plugin.unknown" | "seq.registered" | "seq.unknown" | "seq.requested" | "handler.missing"
  | "topic.subscribed" | "topic.published" | "topic.routed" | "topic.unknown"
  | "flow.queued" | "flow.started" | "flow.done" | "flow.failed"
  | "movement.start" | "movement.done" | "movement.failed"
  | "beat.start" | "beat.done" | "beat.failed" | "beat.retry"
  | "bus.subscribers" | "bus.silent"
  | "handler.start" | "handler.done" | "handler.failed"
  | "state.changed" | "state.same" | "net.failed";

export type Fields = Readonly<Record<string, string | number>>;

export interface ConductorEvent {
  readonly kind: EventKind;
  /** Who speaks: `app`, `bus`, `router`, `conductor` or the name of a plugin. */
  readonly scope: string;
  /** Epoch milliseconds of the application's clock. */
  readonly at: number;
  readonly fields: Fields;
  readonly error?: Error;
}

export type Listener = (event: ConductorEvent) => void;

export class EventHook {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly clock: Clock) {}

  /** Adds a listener; the returned function removes it. */
  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(kind: EventKind, scope: string, fields: Fields, error?: Error): void {
    const event = { kind, scope, at: this.clock.now(), fields, ...(error && { error }) };
    for (const listener of this.listeners) listener(event);
  }

  /** Silences the application at once, as a killed process falls silent. */
  cut(): void {
    this.listeners.clear();
  }
}
