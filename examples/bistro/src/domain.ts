/** The words of the restaurant: what a flow's state can hold, and what handlers may use. */
import type { Handler, HandlerContext, Plugin } from "./conductor/handler.js";
import type { PaymentGateway } from "./services/gateway.js";
import type { Store } from "./services/store.js";

export interface Dish {
  readonly sku: string;
  readonly name: string;
  readonly cuisine: string;
  readonly price: number;
  readonly popularity: number;
  readonly isOnToday: boolean;
}

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface Charge {
  readonly orderId: string;
  readonly cents: number;
  readonly fingerprint: string;
}

/** The state of a flow. Every key is optional: a sequence begins with what its caller gives. */
export interface BistroState {
  query?: string;
  terms?: readonly string[];
  cuisine?: string;
  dishes?: readonly Dish[];
  ranked?: readonly string[];
  page?: readonly string[];
  menuVersion?: string;
  language?: string;
  phrases?: readonly string[];
  cartId?: string;
  sku?: string;
  quantity?: number;
  lines?: readonly OrderLine[];
  totalCents?: number;
  suggestions?: readonly string[];
  voucher?: string;
  discountPct?: number;
  guests?: number;
  shares?: readonly number[];
  orderId?: string;
  note?: string;
  order?: { readonly orderId: string; readonly note: string };
  diner?: string;
  contact?: string;
  ticket?: number;
  plates?: readonly string[];
  handedOverAt?: number;
  shortage?: readonly string[];
  charge?: Charge;
  authorisation?: string;
  receipt?: string;
  courier?: string;
  route?: readonly number[];
  etaMinutes?: number;
  notified?: readonly string[];
  points?: number;
  balance?: number;
  table?: number;
  reservationId?: string;
  photograph?: string;
}

/** What differs between releases. */
export interface Features {
  /** How a price is looked up: `index` by key, `scan` through the whole price book (promotions need its order). */
  readonly priceLookup: "index" | "scan";
  /** Scores every dish once before sorting, instead of at each comparison. */
  readonly ranksOnce: boolean;
}

export interface Services {
  readonly store: Store;
  readonly gateway: PaymentGateway;
  readonly features: Features;
}

export type BistroContext = HandlerContext<Services>;
export type BistroHandler = Handler<BistroState, Services>;
export type BistroPlugin = Plugin<BistroState, Services>;

/** Raised when a sequence was played without something a handler cannot do without. */
export class MissingInput extends Error {
  override readonly name = "MissingInput";
}

export function required<Key extends keyof BistroState>(state: Readonly<BistroState>, key: Key): NonNullable<BistroState[Key]> {
  const value = state[key];
  if (value === undefined || value === null) throw new MissingInput(`no ${key} in the flow's state`);
  return value;
}
