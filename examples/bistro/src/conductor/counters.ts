/** Counts what happens from the events themselves; a recording keeps it beside the log as the truth to check against. */
import type { ConductorEvent, EventKind } from "./events.js";

export interface HandlerCount {
  started: number;
  settled: number;
  failed: number;
  total_ms: number;
  max_ms: number;
}

export class Counters {
  readonly events: Partial<Record<EventKind, number>> = {};
  readonly flows: Record<string, number> = {};
  readonly handlers: Record<string, HandlerCount> = {};

  readonly listen = (event: ConductorEvent): void => {
    this.events[event.kind] = this.of(event.kind) + 1;
    if (event.kind === "flow.started") this.countFlow(String(event.fields["name"]));
    if (event.kind.startsWith("handler.") && event.kind !== "handler.missing") this.countHandler(event);
  };

  of(kind: EventKind): number {
    return this.events[kind] ?? 0;
  }

  private countFlow(name: string): void {
    this.flows[name] = (this.flows[name] ?? 0) + 1;
  }

  private countHandler({ kind, fields }: ConductorEvent): void {
    const key = `${fields["plugin"]}.${fields["handler"]}`;
    const count = (this.handlers[key] ??= { started: 0, settled: 0, failed: 0, total_ms: 0, max_ms: 0 });
    if (kind === "handler.start") count.started += 1;
    if (kind === "handler.failed") count.failed += 1;
    if (kind !== "handler.done") return;
    const took = Number.parseFloat(String(fields["took"]));
    count.settled += 1;
    count.total_ms = Number((count.total_ms + took).toFixed(3));
    count.max_ms = Math.max(count.max_ms, took);
  }
}
