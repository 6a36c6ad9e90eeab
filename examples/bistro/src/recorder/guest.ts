/** A guest drives one application: acts, waits for what follows, and lets story time pass. */
import type { App } from "../app.js";
import type { FlowResult } from "../conductor/conductor.js";
import type { StoryClock } from "../conductor/clock.js";
import { between, pick, type Random } from "../conductor/random.js";
import type { BistroState } from "../domain.js";
import { DINERS, NOTES } from "./words.js";

export type Outcome = FlowResult<BistroState> | undefined;

export class Guest {
  readonly diner: string;
  readonly cartId: string;
  /** What this guest writes on orders; guests take turns, so that every note occurs in a recording. */
  readonly note: string;

  constructor(readonly app: App, readonly clock: StoryClock, readonly random: Random, number: number) {
    this.diner = pick(random, DINERS);
    this.cartId = `c${number}`;
    this.note = NOTES[number % NOTES.length]!;
  }

  /** Does one thing in the user interface and waits for its flow, not for what the flow sets off. */
  act(action: string, interaction: string, payload: Partial<BistroState> = {}): Promise<Outcome> {
    const input = payload.query ?? payload.note ?? payload.voucher ?? payload.sku;
    this.app.hook.emit("ui.action", "app", { action, ...(input && { input }) });
    return this.app.interact(interaction, { diner: this.diner, ...payload });
  }

  /** Everything set off so far ends; then the guest does nothing for a while. */
  async rest(leastSeconds = 1, mostSeconds = 15): Promise<void> {
    await this.app.drain();
    this.clock.idle(between(this.random, leastSeconds * 1_000, mostSeconds * 1_000));
  }

  /** A dish that is on the menu today. */
  dish(): string {
    return pick(this.random, this.app.services.store.dishes.filter((dish) => dish.isOnToday)).sku;
  }
}
