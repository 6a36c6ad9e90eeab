/** Handlers of the kitchen: cooking an order, counting and filling the stock. */
import { createHash } from "node:crypto";
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";

const LOW_STOCK = 8;
const STIRS_PER_DISH = 60;

export const queueTicket: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(1);
  return { ticket: services.store.tickets.push(required(state, "orderId")) };
};

/** Cooking takes longer the more there is on the ticket. */
export const cookDishes: BistroHandler = async (state, { clock }) => {
  const plates: string[] = [];
  for (const line of required(state, "lines")) {
    plates.push(stir(`${line.sku} x${line.quantity}`));
    await clock.pause(1);
  }
  return { plates };
};

/** The tallest plate goes to the back of the tray. */
export const plateDishes: BistroHandler = (state) => {
  return { plates: [...required(state, "plates")].sort((left, right) => right.localeCompare(left)) };
};

export const handOver: BistroHandler = (state, { clock, publish, services }) => {
  const { orderId, diner, contact, lines = [] } = state;
  publish("kitchen.ready", { orderId, diner, contact });
  if (lines.some((line) => (services.store.stock.get(line.sku) ?? 0) < LOW_STOCK)) publish("kitchen.short");
  return { handedOverAt: Math.round(clock.now()) };
};

export const countStock: BistroHandler = (_state, { services }) => {
  const counted = [...services.store.stock].sort((left, right) => left[1] - right[1]);
  return { shortage: counted.filter(([, left]) => left < LOW_STOCK).map(([sku]) => sku) };
};

export const orderSupplies: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(2);
  for (const sku of required(state, "shortage")) services.store.stock.set(sku, 40);
  return { shortage: [] };
};

/** For the window; no sequence we ship plays it. */
export const photographDish: BistroHandler = (state) => {
  return { photograph: createHash("sha256").update(required(state, "plates").join()).digest("base64url") };
};

function stir(dish: string): string {
  let pot = dish;
  for (let turn = 0; turn < STIRS_PER_DISH; turn += 1) pot = createHash("sha256").update(pot).digest("hex");
  return `${dish} ${pot.slice(0, 4)}`;
}

export const plugin: BistroPlugin = {
  id: "KitchenPlugin",
  handlers: { queueTicket, cookDishes, plateDishes, handOver, countStock, orderSupplies, photographDish },
};
