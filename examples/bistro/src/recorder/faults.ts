/**
 * What goes wrong in a recording. A fault works only through what `createApp` takes (plugins, declarations, services),
 * through what users type, or by cutting the session off: the application itself knows nothing of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { APP_ROOT, PLUGINS, type AppOptions } from "../app.js";
import type { Clock } from "../conductor/clock.js";
import type { Counters } from "../conductor/counters.js";
import { readDeclarations, type BeatDeclaration, type Declarations } from "../conductor/declarations.js";
import type { ConductorEvent } from "../conductor/events.js";
import { seededRandom } from "../conductor/random.js";
import type { BistroHandler, BistroPlugin } from "../domain.js";
import { PaymentGateway } from "../services/gateway.js";
import type { Guest } from "./guest.js";
import { browse, busyEvening, dinner, fillCart, placeOrder, type Story } from "./stories.js";

export interface Where {
  readonly handler?: string;
  readonly sequence?: string;
  readonly movement?: string;
  readonly beat?: number;
  readonly event?: string;
  readonly topic?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Fault {
  readonly class: string;
  readonly id: string;
  readonly injected: string;
  readonly where: Where;
  readonly affectedSequence: string;
  /** How often it took effect, from the counters. */
  readonly affected: (counters: Counters) => number;
  readonly options?: (clock: Clock) => AppOptions;
  /** Lived through after the session's other stories. */
  readonly story?: Story;
  /** True at the event after which the session falls silent. */
  readonly cutsAfter?: (event: ConductorEvent, counters: Counters) => boolean;
}

const declared = readDeclarations(APP_ROOT);

export const badVouchers: Fault = {
  class: "b_handler_throws", id: "throws:checkVoucher:input", affectedSequence: "Cart Apply Voucher",
  injected: "users enter vouchers that are none or whose proof is wrong; the handler throws, the beat goes on",
  where: at("checkVoucher", "cart"),
  affected: (counters) => counters.handlers["CartPlugin.checkVoucher"]?.failed ?? 0,
  story: async (guest) => {
    const totalCents = await fillCart(guest, 1);
    for (const voucher of ["AUTUMN-10-0000", "free food!", "<script>alert(1)</script>", "{{ 7*7 }}-10-beef"]) {
      await guest.act("enter a voucher", "cart.voucher", { voucher, totalCents });
      await guest.rest();
    }
    await placeOrder(guest);
  },
};

export const emptyLarder: Fault = {
  class: "b2_beat_fails", id: "beatFails:order:place:stock:abort-sequence", affectedSequence: "Order Place",
  injected: "the stock of every dish is empty: checkStock throws, its beat fails, the order fails",
  where: at("checkStock", "ordering"),
  affected: (counters) => counters.of("beat.failed"),
  story: async (guest) => {
    for (let order = 0; order < 3; order += 1) {
      await fillCart(guest, 1);
      guest.app.services.store.stock.clear();
      await placeOrder(guest);
    }
  },
};

export const nonsenseItems: Fault = {
  class: "b2_beat_fails", id: "beatFails:cart:item:validate:abort-sequence", affectedSequence: "Cart Add Item",
  injected: "a client sends dishes that do not exist and quantities nobody eats: the first beat fails, the flow fails",
  where: at("validateItem", "cart"),
  affected: (counters) => counters.of("beat.failed"),
  story: async (guest) => {
    for (const [sku, quantity] of [["D999\"; DROP TABLE dishes;--", 1], ["D004", 4_000], ["<svg onload=alert(1)>", 2], ["D010", -1]] as const) {
      await guest.act("add a dish", "cart.add", { cartId: guest.cartId, sku, quantity });
      await guest.rest();
    }
  },
};

export const paymentDown: Fault = {
  class: "b2_beat_fails", id: "network:payment-service-down", affectedSequence: "Payment Charge",
  injected: "the payment service refuses connections: authoriseCharge fails three times, then the charge fails",
  where: at("authoriseCharge", "payment"),
  affected: (counters) => counters.of("beat.failed"),
  options: (clock) => ({ services: { gateway: new PaymentGateway(clock, seededRandom(7), true) } }),
  story: dinner,
};

export const misrouted: Fault = {
  class: "e_topic_misrouted", id: "misrouted:kitchen.ready", affectedSequence: "Delivery Reroute",
  injected: "the routes manifest sends kitchen.ready to delivery-reroute instead of delivery-dispatch",
  where: { topic: "kitchen.ready", sequence: "delivery-reroute", file: "manifests/topics-manifest.json" },
  affected: (counters) => counters.flows["Delivery Reroute"] ?? 0,
  options: () => ({
    declarations: {
      ...declared,
      topics: { ...declared.topics, "kitchen.ready": { routes: [{ pluginId: "DeliveryPlugin", sequenceId: "delivery-reroute" }] } },
    },
  }),
  story: busyEvening,
};

export const missingSubscription: Fault = {
  class: "e_subscription_missing", id: "unsubscribed:plateDishes", affectedSequence: "Kitchen Prepare",
  injected: "the kitchen was deployed without plateDishes: nobody listens to its topic, the beat does nothing",
  where: at("plateDishes", "kitchen"),
  affected: (counters) => counters.of("bus.silent"),
  options: () => ({ plugins: changeHandlers("KitchenPlugin", ({ plateDishes: _absent, ...others }) => others) }),
  story: busyEvening,
};

export const slowRoutes: Fault = {
  class: "a_slow_handler", id: "slow:planRoute:factor:6", affectedSequence: "Delivery Dispatch",
  injected: "planRoute plans every route six times over, in this session only",
  where: at("planRoute", "delivery"),
  affected: (counters) => counters.handlers["DeliveryPlugin.planRoute"]?.settled ?? 0,
  options: () => ({ plugins: changeHandlers("DeliveryPlugin", (all) => ({ ...all, planRoute: repeated(all["planRoute"]!, 6) })) }),
  story: busyEvening,
};

export const extraBeat: Fault = {
  class: "d_undeclared_beat", id: "undeclared:kitchen:prepare:photograph", affectedSequence: "Kitchen Prepare",
  injected: "a deployed copy of kitchen-prepare has a beat more than the declared one",
  where: { handler: "photographDish", sequence: "kitchen-prepare", movement: "Pass", beat: 3, event: "kitchen:prepare:photograph", ...sourceOf("photographDish", "kitchen") },
  affected: (counters) => counters.handlers["KitchenPlugin.photographDish"]?.settled ?? 0,
  options: () => ({
    declarations: changeBeats("kitchen-prepare", (beats, movement) => movement !== "pass" ? beats : [...beats, {
      beat: 3, event: "kitchen:prepare:photograph", title: "Photograph the dish", handler: "photographDish", timing: "immediate", kind: "pure",
    }]),
  }),
  story: busyEvening,
};

export const skippedBeat: Fault = {
  class: "c_beat_execution_skip", id: "skipped:reservation:book:hold", affectedSequence: "Reservation Book",
  injected: "a deployed copy of reservation-book lacks the beat that holds the table",
  where: at("holdTable", "reservation"),
  affected: (counters) => counters.flows["Reservation Book"] ?? 0,
  options: () => ({ declarations: changeBeats("reservation-book", (beats) => beats.filter((beat) => beat.handler !== "holdTable")) }),
  story: async (guest) => {
    for (let party = 2; party <= 4; party += 1) await guest.act("book a table", "reservation.book", { guests: party });
    await guest.rest();
  },
};

export const storm: Fault = {
  class: "h_storm", id: "storm:menu-search:50", affectedSequence: "Menu Search",
  injected: "a search at every key stroke, fifty at once, without waiting",
  where: { sequence: "menu-search" },
  affected: (counters) => Math.min(50, counters.flows["Menu Search"] ?? 0),
  story: async (guest) => {
    const words = "roasted aubergine with pickled beetroot and leek, please";
    for (let length = 3; length < 53; length += 1) void guest.act("search the menu", "menu.search", { query: words.slice(0, length) });
    await guest.rest();
  },
};

export const loyaltyAbsent: Fault = {
  class: "x_plugin_missing", id: "missing:LoyaltyPlugin", affectedSequence: "Loyalty Award",
  injected: "the loyalty plugin is not deployed: payments award nothing",
  where: { sequence: "loyalty-award", topic: "payment.captured" },
  affected: (counters) => counters.of("plugin.unknown"),
  options: () => ({ plugins: PLUGINS.filter((plugin) => plugin.id !== "LoyaltyPlugin") }),
  story: dinner,
};

export const unknownTopic: Fault = {
  class: "x_topic_unknown", id: "unknown:order.nudge", affectedSequence: "",
  injected: "an old client publishes order.nudge, which no manifest defines",
  where: { topic: "order.nudge" },
  affected: (counters) => counters.of("topic.unknown"),
  story: async (guest) => {
    await dinner(guest);
    for (let nudge = 0; nudge < 3; nudge += 1) await guest.act("nudge the kitchen", "order.nudge");
  },
};

/** The process is killed while the kitchen cooks its second order. */
export const cutOff: Fault = {
  class: "f_tab_closed", id: "cut:kitchen-prepare", affectedSequence: "Kitchen Prepare",
  injected: "the process is killed in the middle of a flow: the log just ends",
  where: { sequence: "kitchen-prepare", movement: "Cook", beat: 2, event: "kitchen:prepare:cook" },
  affected: (counters) => counters.of("flow.started") - counters.of("flow.done") - counters.of("flow.failed"),
  story: async (guest: Guest) => {
    await browse(guest);
    await dinner(guest);
    await dinner(guest);
  },
  cutsAfter: (event, counters) => event.kind === "handler.start" && event.fields["handler"] === "cookDishes" && (counters.flows["Kitchen Prepare"] ?? 0) >= 2,
};

/** The declared place of a handler's beat, and the line of its function. */
export function at(handler: string, module: string): Where {
  for (const sequence of declared.sequences) {
    for (const movement of sequence.movements) {
      const beat = movement.beats.find((candidate) => candidate.handler === handler);
      if (beat) return { handler, sequence: sequence.id, movement: movement.name, beat: beat.beat, event: beat.event, ...sourceOf(handler, module) };
    }
  }
  throw new Error(`no beat names ${handler}`);
}

function sourceOf(handler: string, module: string): Where {
  const file = `src/modules/${module}/handlers.ts`;
  const lines = readFileSync(join(APP_ROOT, file), "utf8").split("\n");
  return { file, line: 1 + lines.findIndex((line) => line.startsWith(`export const ${handler}:`)) };
}

function changeHandlers(pluginId: string, change: (all: BistroPlugin["handlers"]) => BistroPlugin["handlers"]): BistroPlugin[] {
  return PLUGINS.map((plugin) => (plugin.id === pluginId ? { ...plugin, handlers: change(plugin.handlers) } : plugin));
}

function changeBeats(sequenceId: string, change: (beats: readonly BeatDeclaration[], movementId: string) => readonly BeatDeclaration[]): Declarations {
  const sequences = declared.sequences.map((sequence) => sequence.id !== sequenceId ? sequence : {
    ...sequence,
    movements: sequence.movements.map((movement) => ({ ...movement, beats: change(movement.beats, movement.id) })),
  });
  return { ...declared, sequences };
}

function repeated(handler: BistroHandler, times: number): BistroHandler {
  return async (state, context) => {
    for (let time = 1; time < times; time += 1) await handler(state, context);
    return handler(state, context);
  };
}
