/** The two answers kept beside the logs: what was injected (labels) and what really happened (truth). */
import { at, type Where } from "./faults.js";
import type { Recording } from "./session.js";

interface Label {
  readonly file: string;
  readonly session: string;
  readonly build: string;
  readonly class: string;
  readonly id: string;
  readonly injected: string;
  readonly where: Where;
  readonly affectedSequence: string;
  readonly affectedExecutions: number;
  readonly effective: boolean;
}

export function fileNameOf({ plan }: Recording): string {
  return `${plan.name}.log${plan.isCompressed ? ".gz" : ""}`;
}

/** One row per thing injected; a session without any has one row of class `healthy`. */
export function labelsOf(recording: Recording): Label[] {
  const { plan, counters } = recording;
  const rows = [];
  if (plan.fault) rows.push(newLabel(recording, plan.fault, plan.fault.affected(counters)));
  const used = (handler: string) => counters.handlers[handler]?.settled ?? 0;
  if (plan.release >= "1.6.0") rows.push(newLabel(recording, SLOWER_PRICES, used("CartPlugin.priceCart")));
  if (plan.release >= "1.7.0") rows.push(newLabel(recording, FASTER_RANKING, used("MenuPlugin.rankMenu")));
  return rows.length ? rows : [newLabel(recording, HEALTHY, 0)];
}

export function truthOf(recording: Recording): object {
  const { plan, counters } = recording;
  return {
    file: fileNameOf(recording),
    session: plan.name,
    build: plan.release,
    seed: plan.seed,
    summary: {
      flows_started: counters.of("flow.started"), flows_completed: counters.of("flow.done"), flows_failed: counters.of("flow.failed"),
      beats_started: counters.of("beat.start"), beats_completed: counters.of("beat.done"), beats_failed: counters.of("beat.failed"),
      handlers_started: counters.of("handler.start"), handlers_settled: counters.of("handler.done"), handlers_failed: counters.of("handler.failed"),
    },
    events: counters.events,
    flows: counters.flows,
    handlers: counters.handlers,
  };
}

type Cause = Pick<Label, "class" | "id" | "injected" | "where" | "affectedSequence">;

function newLabel(recording: Recording, { class: name, id, injected, where, affectedSequence }: Cause, affectedExecutions: number): Label {
  const { name: session, release: build } = recording.plan;
  const effective = affectedExecutions > 0;
  return { file: fileNameOf(recording), session, build, class: name, id, injected, where, affectedSequence, affectedExecutions, effective };
}

const SLOWER_PRICES: Cause = {
  class: "a_slow_handler", id: "slow:priceCart:release-1.6.0", affectedSequence: "Cart Add Item",
  injected: "since 1.6.0 prices are found by reading through the whole price book",
  where: at("priceCart", "cart"),
};
const FASTER_RANKING: Cause = {
  class: "a_faster_handler", id: "faster:rankMenu:release-1.7.0", affectedSequence: "Menu Browse",
  injected: "since 1.7.0 every dish is scored once, not at each comparison",
  where: at("rankMenu", "menu"),
};
const HEALTHY: Cause = { class: "healthy", id: "healthy", injected: "nothing", where: {}, affectedSequence: "" };
