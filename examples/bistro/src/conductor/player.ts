/** Plays one flow: movements in order, beats in order, and for each beat every subscriber of its topic. */
import type { Clock } from "./clock.js";
import type { BeatDeclaration, MovementDeclaration, SequenceDeclaration } from "./declarations.js";
import type { EventHook } from "./events.js";
import { NetworkError, type HandlerContext } from "./handler.js";
import type { Registry, Subscriber } from "./registry.js";
import { applyPatch } from "./state.js";

const MOST_ATTEMPTS = 3;
const RETRY_PAUSE_MS = 4;

export interface Flow<State> {
  readonly requestId: string;
  readonly sequence: SequenceDeclaration;
  readonly scope: string;
  state: State;
}

/** Raised inside a flow when a beat that must not fail has failed; `cause` is the handler's own error. */
class BeatFailure extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

export class Player<State extends object, Services> {
  constructor(
    private readonly registry: Registry<State, Services>,
    private readonly hook: EventHook,
    private readonly clock: Clock,
    private readonly contextOf: (flow: Flow<State>) => HandlerContext<Services>,
  ) {}

  /** Ends with the error that failed the flow, or with nothing when all went well. */
  async play(flow: Flow<State>): Promise<Error | undefined> {
    try {
      for (const movement of flow.sequence.movements) await this.playMovement(flow, movement);
    } catch (failure) {
      if (failure instanceof BeatFailure) return failure.cause;
      throw failure;
    }
    return undefined;
  }

  private async playMovement(flow: Flow<State>, movement: MovementDeclaration): Promise<void> {
    const start = this.clock.elapsed();
    const where = { flow: flow.requestId, name: flow.sequence.name, movement: movement.name };
    this.hook.emit("movement.start", flow.scope, { ...where, beats: movement.beats.length });
    try {
      for (const beat of movement.beats) await this.playBeat(flow, movement, beat);
    } catch (failure) {
      this.hook.emit("movement.failed", flow.scope, { ...where, ...this.failureFields(failure as Error), took: this.since(start) });
      throw failure;
    }
    this.hook.emit("movement.done", flow.scope, { ...where, took: this.since(start) });
  }

  private async playBeat(flow: Flow<State>, movement: MovementDeclaration, beat: BeatDeclaration): Promise<void> {
    const attempts = beat.errorHandling === "retry" ? MOST_ATTEMPTS : 1;
    const where = { flow: flow.requestId, name: flow.sequence.name, movement: movement.name, n: beat.beat, topic: beat.event };
    for (let attempt = 1; ; attempt += 1) {
      if (beat.timing === "delayed" || attempt > 1) await this.clock.pause(RETRY_PAUSE_MS);
      const start = this.clock.elapsed();
      this.hook.emit("beat.start", flow.scope, where);
      const error = await this.notify(flow, beat.event);
      const isTolerated = (beat.errorHandling ?? "continue") === "continue";
      if (!error || isTolerated) return this.hook.emit("beat.done", flow.scope, { ...where, took: this.since(start) });
      this.hook.emit("beat.failed", flow.scope, { ...where, ...this.failureFields(error), took: this.since(start) });
      if (attempt === attempts) throw new BeatFailure(error);
      this.hook.emit("beat.retry", flow.scope, { ...where, attempt: attempt + 1 });
    }
  }

  /** Calls every subscriber of a topic in turn; ends with the first error one of them threw. */
  private async notify(flow: Flow<State>, topic: string): Promise<Error | undefined> {
    const subscribers = this.registry.subscribers(topic);
    const kind = subscribers.length ? "bus.subscribers" : "bus.silent";
    this.hook.emit(kind, "bus", { flow: flow.requestId, topic, n: subscribers.length });
    let firstError: Error | undefined;
    for (const [place, subscriber] of subscribers.entries()) {
      const error = await this.call(flow, topic, place, subscriber);
      firstError ??= error;
    }
    return firstError;
  }

  private async call(
    flow: Flow<State>, topic: string, place: number, subscriber: Subscriber<State, Services>,
  ): Promise<Error | undefined> {
    const where = { flow: flow.requestId, topic, i: place, plugin: subscriber.pluginId, handler: subscriber.handlerName };
    this.hook.emit("handler.start", flow.scope, where);
    const start = this.clock.elapsed();
    try {
      const patch = await subscriber.handler(flow.state, this.contextOf(flow));
      this.hook.emit("handler.done", flow.scope, { ...where, took: this.since(start) });
      this.keep(flow, topic, subscriber, patch ?? {});
      return undefined;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error instanceof NetworkError) this.reportNetwork(flow, error);
      this.hook.emit("handler.failed", flow.scope, { ...where, ...this.failureFields(error), took: this.since(start) }, error);
      return error;
    }
  }

  private keep(flow: Flow<State>, topic: string, subscriber: Subscriber<State, Services>, patch: Partial<State>): void {
    const { state, change, preview } = applyPatch(flow.state, patch);
    flow.state = state;
    const fields = { flow: flow.requestId, name: flow.sequence.name, topic, plugin: subscriber.pluginId, handler: subscriber.handlerName };
    if (change) this.hook.emit("state.changed", flow.scope, { ...fields, change, preview });
    else this.hook.emit("state.same", flow.scope, fields);
  }

  private reportNetwork(flow: Flow<State>, error: NetworkError): void {
    const { method, url, reason, credential } = error;
    this.hook.emit("net.failed", "net", { flow: flow.requestId, method, url, reason, authorization: credential });
  }

  private failureFields(error: Error): { error: string; message: string } {
    const own = error instanceof BeatFailure ? error.cause : error;
    return { error: own.name, message: own.message };
  }

  private since(start: number): string {
    return `${(this.clock.elapsed() - start).toFixed(3)}ms`;
  }
}
