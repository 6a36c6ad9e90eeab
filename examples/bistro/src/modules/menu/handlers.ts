/** Handlers of the menu: browsing, searching, taking over the supplier's list, translating. */
import { createHash } from "node:crypto";
import { required, type BistroHandler, type BistroPlugin, type Dish } from "../../domain.js";

const PAGE_SIZE = 12;
const SCORE_ROUNDS = 4;
const PHRASE_BOOK: Readonly<Record<string, string>> = { roasted: "rôti", steamed: "vapeur", leek: "poireau", trout: "truite" };

/** Reads the whole menu; the screen waits for it. */
export const loadMenu: BistroHandler = async (_state, { clock, services }) => {
  await clock.pause(1);
  const dishes = structuredClone(services.store.dishes);
  return { dishes, menuVersion: versionOf(dishes) };
};

/** Keeps what is on today, and of the wanted cuisine. */
export const filterMenu: BistroHandler = (state) => {
  const wanted = state.cuisine;
  return { dishes: required(state, "dishes").filter((dish) => dish.isOnToday && (!wanted || dish.cuisine === wanted)) };
};

/** Orders the dishes by a score that mixes popularity with a stable shuffle of the day. */
export const rankMenu: BistroHandler = (state, { services }) => {
  const dishes = [...required(state, "dishes")];
  if (!services.features.ranksOnce) {
    return { ranked: dishes.sort((left, right) => scoreOf(right) - scoreOf(left)).map((dish) => dish.sku) };
  }
  const scores = new Map(dishes.map((dish) => [dish.sku, scoreOf(dish)]));
  const score = (dish: Dish) => scores.get(dish.sku) ?? 0;
  return { ranked: dishes.sort((left, right) => score(right) - score(left)).map((dish) => dish.sku) };
};

export const presentMenu: BistroHandler = (state) => {
  const names = new Map(required(state, "dishes").map((dish) => [dish.sku, dish.name]));
  const page = required(state, "ranked").slice(0, PAGE_SIZE).map((sku) => `${sku} ${names.get(sku)}`);
  return { page, dishes: undefined };
};

/** Splits the diner's words; what they typed stays in the state as typed. */
export const parseQuery: BistroHandler = (state) => {
  const words = required(state, "query").normalize("NFKD").toLowerCase().split(/[^\p{Letter}\p{Number}]+/u);
  return { terms: [...new Set(words.filter((word) => word.length > 1))] };
};

export const matchDishes: BistroHandler = (state, { services }) => {
  const terms = required(state, "terms");
  const hits = services.store.dishes
    .map((dish) => ({ sku: dish.sku, distance: Math.min(...terms.map((term) => distanceTo(dish, term)), 99) }))
    .filter((hit) => hit.distance <= 2)
    .sort((left, right) => left.distance - right.distance || left.sku.localeCompare(right.sku));
  return { ranked: hits.map((hit) => hit.sku) };
};

export const presentMatches: BistroHandler = (state, { services }) => {
  const page = required(state, "ranked").slice(0, PAGE_SIZE).map((sku) => `${sku} ${services.store.dish(sku)?.name}`);
  return { page };
};

/** Asks the supplier for the list; about one dish in twenty is new or changed. */
export const fetchSupplierList: BistroHandler = async (_state, { clock, random, services }) => {
  await clock.pause(3);
  const list = services.store.dishes.map((dish) => (random() < 0.05 ? { ...dish, price: dish.price + 50 } : dish));
  return { dishes: JSON.parse(JSON.stringify(list)) as Dish[] };
};

export const diffMenu: BistroHandler = (state, { services }) => {
  const ours = new Map(services.store.dishes.map((dish) => [dish.sku, JSON.stringify(dish)]));
  return { dishes: required(state, "dishes").filter((dish) => ours.get(dish.sku) !== JSON.stringify(dish)) };
};

export const publishMenu: BistroHandler = async (state, { clock, publish, services }) => {
  const changed = new Map(required(state, "dishes").map((dish) => [dish.sku, dish]));
  services.store.dishes.forEach((dish, place) => (services.store.dishes[place] = changed.get(dish.sku) ?? dish));
  await clock.pause(1);
  publish("menu.refreshed");
  return { menuVersion: versionOf(services.store.dishes), dishes: undefined };
};

export const collectPhrases: BistroHandler = (_state, { services }) => {
  return { phrases: [...new Set(services.store.dishes.flatMap((dish) => dish.name.split(" ")))].sort() };
};

/** Words the phrase book lacks stay as they are. */
export const translateMenu: BistroHandler = (state) => {
  return { phrases: required(state, "phrases").map((phrase) => PHRASE_BOOK[phrase] ?? phrase) };
};

function scoreOf(dish: Dish): number {
  let digest: Buffer = Buffer.from(`${dish.sku}/${dish.name}`);
  for (let round = 0; round < SCORE_ROUNDS; round += 1) digest = createHash("sha256").update(digest).digest();
  const shuffle = digest.readUInt16BE(0) / 65_535;
  return 0.7 * dish.popularity + 0.3 * shuffle;
}

function versionOf(dishes: readonly Dish[]): string {
  return createHash("sha256").update(JSON.stringify(dishes)).digest("hex").slice(0, 8);
}

/** Edit distance to the nearest word of the dish's name. */
function distanceTo(dish: Dish, term: string): number {
  return Math.min(...dish.name.split(" ").map((word) => editDistance(word, term)));
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}

export const plugin: BistroPlugin = {
  id: "MenuPlugin",
  handlers: {
    loadMenu, filterMenu, rankMenu, presentMenu, parseQuery, matchDishes, presentMatches,
    fetchSupplierList, diffMenu, publishMenu, collectPhrases, translateMenu,
  },
};
