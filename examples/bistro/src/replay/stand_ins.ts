/**
 * The state a flow begins with and the restaurant around it, from what the log shows. What it does not show is made up
 * here, and named in the answer: handlers need something to work on.
 */
import type { BistroState, OrderLine } from "../domain.js";
import type { Store } from "../services/store.js";
import type { Bundle, Input, Json } from "./protocol.js";

/** What a user types goes into the first of these keys that the flow reads (`recorder/guest.ts` logs it so). */
const TYPED = ["query", "note", "voucher", "sku"] as const;
const SKU = /D\d{3}/g;
/** Without these no handler can work. The others may be absent, as they may in production. */
const MADE_UP: Readonly<Partial<Record<keyof BistroState, (store: Store) => Json>>> = {
  cartId: () => "replay",
  sku: (store) => store.dishes.find((dish) => dish.isOnToday)!.sku,
  quantity: () => 1,
  lines: (store) => [{ sku: store.dishes[0]!.sku, quantity: 1 }],
  totalCents: () => 2_400,
  orderId: () => "B0000-replay",
  query: () => "roasted leek",
  voucher: () => "none",
  note: () => "",
  // Whoever acts has a name in production; a flow without one would look for the points of nobody.
  diner: () => "walk-in",
  guests: () => 2,
  table: () => 1,
  ranked: () => [],
  terms: () => [],
  dishes: (store) => JSON.parse(JSON.stringify(store.dishes)) as Json,
  plates: () => [],
  phrases: () => [],
  shares: () => [],
  shortage: () => [],
  notified: () => [],
  route: () => [0, 1],
  balance: () => 0,
  points: () => 0,
  charge: () => ({ orderId: "B0000-replay", cents: 2_400, fingerprint: "00000000" }),
  authorisation: () => "replay",
};

export interface Beginning {
  readonly state: Partial<BistroState>;
  readonly standIns: readonly string[];
}

/** The values of some inputs: known, told by what the flow did, typed by the user, seen earlier, or made up. */
export function beginningOf(inputs: readonly Input[], bundle: Bundle, store: Store): Beginning {
  const typed = bundle.request.values["input"];
  const state: Record<string, Json> = {};
  const standIns: string[] = [];
  const typedKey = TYPED.find((key) => inputs.some((input) => input.key === key && input.state === "not_logged"));
  for (const input of inputs) {
    const seen = input.value ?? told(bundle, input.key, typed) ?? input.candidate;
    const shown = input.key === typedKey && typed !== undefined ? typed : seen;
    const makeUp = MADE_UP[input.key as keyof BistroState];
    if (shown !== undefined && shown !== null) state[input.key] = shown;
    else if (makeUp && input.state !== "known") {
      state[input.key] = makeUp(store);
      standIns.push(input.key);
    }
  }
  return { state: state as Partial<BistroState>, standIns };
}

/** Puts into the restaurant's memory what the handlers of the flow found there. */
export function furnish(store: Store, state: Partial<BistroState>, bundle: Bundle): void {
  const { cartId, orderId, sku, diner = "walk-in" } = state;
  const lines = (reported(bundle, "lines") ?? state.lines ?? [{ sku: store.dishes[0]!.sku, quantity: 1 }]) as readonly OrderLine[];
  for (const line of lines) store.stock.set(line.sku, Math.max(store.stock.get(line.sku) ?? 0, line.quantity));
  // An order that was taken found enough: the least that is enough.
  if (bundle.flow.sequence_key === "order-place") for (const line of lines) store.stock.set(line.sku, line.quantity);
  for (const gone of messageOf(bundle, "OutOfStock")?.match(SKU) ?? []) store.stock.delete(gone);
  // A cart that is being filled holds everything but what the flow puts into it.
  if (cartId && bundle.flow.sequence_key === "order-place") store.carts.set(cartId, [...lines]);
  if (cartId && bundle.flow.sequence_key === "cart-add-item") store.carts.set(cartId, lines.filter((line) => line.sku !== sku));
  if (cartId && bundle.flow.sequence_key === "cart-remove-item") store.carts.set(cartId, [...lines]);
  if (orderId) {
    store.orders.set(orderId, { orderId, lines, diner });
    store.charges.set(orderId, { orderId, cents: state.totalCents ?? 2_400, fingerprint: "00000000" });
  }
  // The table that was given was the smallest that seats the party: nobody else's has as few seats.
  const table = bundle.flow.sequence_key === "reservation-book" ? reported(bundle, "table") : undefined;
  if (typeof table === "number" && state.guests !== undefined) {
    for (const [other, seats] of [...store.freeTables]) if (seats === state.guests) store.freeTables.delete(other);
    store.freeTables.set(table, state.guests);
  }
  const balance = reported(bundle, "balance");
  const points = reported(bundle, "points");
  const before = typeof balance === "number" ? balance - (typeof points === "number" ? points : 0) : 0;
  if (before > 0) store.points.set(diner, before);
  const last = [...store.orders.values()].at(-1);
  if (!last) store.orders.set("B0000-earlier", { orderId: "B0000-earlier", lines, diner });
}

/** What the flow did, or the one that began it, tells some of what it was given: how many, for whom, how much. */
function told(bundle: Bundle, key: string, typed: Json | undefined): Json | undefined {
  if (key === "quantity") {
    const refused = messageOf(bundle, "InvalidItem")?.match(/^(-?\d+) of /);
    if (refused) return Number(refused[1]);
    const lines = reported(bundle, "lines") as readonly OrderLine[] | undefined;
    return bundle.flow.sequence_key === "cart-add-item" ? lines?.find((line) => line.sku === typed)?.quantity : undefined;
  }
  if (key === "totalCents" || key === "orderId") {
    // A receipt names order and sum; points are earned by what the flow before was paid.
    const paid = (reported(bundle, "receipt") ?? bundle.request.publisher?.["receipt"]) as string | undefined;
    const [, order, euros] = paid?.match(/^(\S+) EUR (\d+\.\d\d) /) ?? [];
    if (euros) return key === "orderId" ? order : Math.round(Number(euros) * 100);
  }
  // The courier is named first, then the diner.
  if (key === "diner") return (lastReported(bundle, "notified") as readonly string[] | undefined)?.[1];
  return undefined;
}

function messageOf(bundle: Bundle, error: string): string | undefined {
  return bundle.observed.flatMap((step) => step.handlers ?? []).find((handler) => handler.error === error)?.message;
}

function allReported(bundle: Bundle, key: string): readonly (Json | undefined)[] {
  const handlers = bundle.observed.flatMap((step) => step.handlers ?? []);
  return handlers.flatMap((handler) => handler.changes ?? []).filter((change) => change.key === key).map((change) => change.value);
}

/** The first value the flow's own handlers gave a key, where the log shows all of it. */
function reported(bundle: Bundle, key: string): Json | undefined {
  return allReported(bundle, key).find((value) => value !== undefined);
}

function lastReported(bundle: Bundle, key: string): Json | undefined {
  return allReported(bundle, key).at(-1);
}
