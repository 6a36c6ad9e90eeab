/** The restaurant's memory: menu, prices, stock, carts, orders, tables. Kept in maps, filled from the seed. */
import { between, pick, type Random } from "../conductor/random.js";
import type { Charge, Dish, OrderLine } from "../domain.js";

const CUISINES = ["alpine", "basque", "coastal", "garden", "smoke"] as const;
const STYLES = ["braised", "charred", "pickled", "roasted", "steamed", "stuffed", "whipped"] as const;
const PRODUCE = ["aubergine", "beetroot", "chicory", "fennel", "leek", "mussel", "plaice", "quail", "salsify", "trout"] as const;
const DISH_COUNT = 180;
const PRICE_TIERS = 120;

export interface PriceEntry {
  readonly sku: string;
  readonly tier: number;
  readonly cents: number;
}

export interface Order {
  readonly orderId: string;
  readonly lines: readonly OrderLine[];
  readonly diner: string;
  note?: string;
  isWithdrawn?: boolean;
}

export class Store {
  readonly dishes: Dish[];
  readonly priceBook: readonly PriceEntry[];
  readonly priceIndex: ReadonlyMap<string, PriceEntry>;
  readonly stock = new Map<string, number>();
  readonly carts = new Map<string, OrderLine[]>();
  readonly orders = new Map<string, Order>();
  readonly charges = new Map<string, Charge>();
  readonly points = new Map<string, number>();
  readonly birthdays = new Map<string, string>();
  readonly freeTables = new Map<number, number>();
  readonly tickets: string[] = [];

  constructor(random: Random) {
    this.dishes = Array.from({ length: DISH_COUNT }, (_, number) => newDish(random, number));
    this.priceBook = this.dishes.flatMap(pricesOf);
    this.priceIndex = new Map(this.priceBook.map((entry) => [`${entry.sku}/${entry.tier}`, entry]));
    for (const dish of this.dishes) this.stock.set(dish.sku, between(random, 20, 60));
    for (let table = 1; table <= 24; table += 1) this.freeTables.set(table, between(random, 2, 8));
  }

  dish(sku: string): Dish | undefined {
    return this.dishes.find((dish) => dish.sku === sku);
  }
}

function newDish(random: Random, number: number): Dish {
  return {
    sku: `D${String(number + 1).padStart(3, "0")}`,
    name: `${pick(random, STYLES)} ${pick(random, PRODUCE)}`,
    cuisine: pick(random, CUISINES),
    price: between(random, 490, 3290),
    popularity: random(),
    isOnToday: random() < 0.9,
  };
}

function pricesOf(dish: Dish): PriceEntry[] {
  return Array.from({ length: PRICE_TIERS }, (_, tier) => ({ sku: dish.sku, tier, cents: Math.round(dish.price * (1 - tier / 400)) }));
}
