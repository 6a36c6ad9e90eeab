/** The contract between the conductor and the code it conducts: handlers, their context, plugins. */
import type { Clock } from "./clock.js";
import type { Random } from "./random.js";

/** What a handler may use. `Services` is the application's own. */
export interface HandlerContext<Services> {
  readonly requestId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly services: Services;
  publish(topic: string, payload?: object): void;
}

/** Gets the flow's state and returns the keys to set; a key set to `undefined` is removed. */
export type Handler<State, Services> = (
  state: Readonly<State>,
  context: HandlerContext<Services>,
) => Partial<State> | void | Promise<Partial<State> | void>;

export interface Plugin<State, Services> {
  readonly id: string;
  readonly handlers: Readonly<Record<string, Handler<State, Services>>>;
}

/** A request over the network that got no answer; the conductor reports it beside the handler's failure. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(readonly method: string, readonly url: string, readonly reason: string, readonly credential: string) {
    super(`${method} ${url} failed: ${reason}`);
  }
}
