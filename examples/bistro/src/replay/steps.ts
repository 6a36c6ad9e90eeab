/** Events of the conductor as the steps of one flow: beats, their handlers, and what each changed in the state. */
import type { ConductorEvent, Listener } from "../conductor/events.js";
import type { Change, HandlerStep, Json, Step } from "./protocol.js";

const KINDS = { "+": "added", "~": "updated", "-": "removed" } as const;

/** Hears everything and keeps the steps of the first flow that is requested. */
export class StepRecorder {
  private flow: string | undefined;
  private readonly events: ConductorEvent[] = [];

  readonly listen: Listener = (event) => {
    if (event.kind === "seq.requested") this.flow ??= String(event.fields["flow"]);
    if (this.flow !== undefined && event.fields["flow"] === this.flow) this.events.push(event);
  };

  /** The steps so far; `valueOf` gives the value a handler left in a key. */
  steps(valueOf: (topic: string, handler: string, key: string) => Json | undefined): Step[] {
    const steps: Step[] = [];
    let handlers: HandlerStep[] = [];
    for (const { kind, fields } of this.events) {
      const last = handlers.length - 1;
      if (kind === "beat.start") handlers = [];
      else if (kind === "handler.start") {
        handlers.push({ plugin: String(fields["plugin"]), handler: String(fields["handler"]), status: "ok", published: [] });
      } else if (kind === "handler.failed") handlers[last] = { ...handlers[last]!, status: "error", error: String(fields["error"]) };
      else if (kind === "topic.published" && last >= 0) {
        handlers[last] = { ...handlers[last]!, published: [...(handlers[last]!.published ?? []), String(fields["topic"])] };
      }
      else if (kind === "state.changed") {
        const value = (key: string) => valueOf(String(fields["topic"]), String(fields["handler"]), key);
        handlers[last] = { ...handlers[last]!, changes: changesOf(String(fields["change"]), value) };
      } else if (kind === "beat.done" || kind === "beat.failed") {
        const status = kind === "beat.done" ? "completed" : "failed";
        const place = { movement: String(fields["movement"]), beat: Number(fields["n"]) };
        steps.push({ topic: String(fields["topic"]), ...place, status, handlers });
      }
    }
    return steps;
  }
}

/** `+added,keys ~updated -removed` as a list. */
export function changesOf(change: string, valueOf: (key: string) => Json | undefined): Change[] {
  return change.split(" ").filter(Boolean).flatMap((part) => {
    const kind = KINDS[part[0] as keyof typeof KINDS];
    return part.slice(1).split(",").map((key) => {
      const value = kind === "removed" ? undefined : valueOf(key);
      return { key, kind, ...(value !== undefined && { value }) };
    });
  });
}
