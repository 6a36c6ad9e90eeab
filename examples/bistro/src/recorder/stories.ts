/** What users of Bistro do, as stories a guest lives through. A session is a seeded choice of them. */
import { between, pick } from "../conductor/random.js";
import { proofOf } from "../modules/cart/handlers.js";
import type { Guest } from "./guest.js";
import { CONTACT, QUERIES } from "./words.js";

export type Story = (guest: Guest) => Promise<void>;

const CUISINES = ["alpine", "coastal", "smoke"];

/** Looks around, orders, adds a note, follows the courier. */
export const dinner: Story = async (guest) => {
  await browse(guest);
  await fillCart(guest, between(guest.random, 2, 3));
  const orderId = await placeOrder(guest);
  if (!orderId) return;
  await guest.act("write a note", "order.note", { orderId, note: guest.note });
  await guest.rest(5, 60);
  await track(guest);
};

/** Two guests order at the same moment: their flows share the two lanes. */
export const rush: Story = async (guest) => {
  const other = Object.assign(Object.create(guest) as Guest, { diner: "Table 7", cartId: `${guest.cartId}b` });
  await Promise.all([fillCart(guest, 2), fillCart(other, 2)]);
  await Promise.all([placeOrder(guest), placeOrder(other)]);
  await guest.rest();
};

/** Several orders in a row: enough for a fault to show more than once. */
export const busyEvening: Story = async (guest) => {
  await dinner(guest);
  await rush(guest);
  await dinner(guest);
};

/** Knows what to eat; pays with a voucher. */
export const voucher: Story = async (guest) => {
  await browse(guest);
  await search(guest);
  const totalCents = await fillCart(guest, 2);
  const name = pick(guest.random, ["AUTUMN-10", "FRIEND-15"]);
  await guest.act("enter a voucher", "cart.voucher", { voucher: `${name}-${proofOf(name)}`, totalCents });
  await guest.rest();
  await placeOrder(guest);
};

/** Orders the same again and takes the points. */
export const regular: Story = async (guest) => {
  await browse(guest);
  await guest.act("order the same again", "order.reorder", { cartId: guest.cartId });
  await guest.rest();
  await fillCart(guest, 1);
  await guest.act("redeem points", "loyalty.redeem");
  await guest.rest();
  await placeOrder(guest);
  await track(guest);
};

/** Changes the mind twice. */
export const doubter: Story = async (guest) => {
  await browse(guest);
  await fillCart(guest, 2);
  await guest.act("take a dish out", "cart.remove", { cartId: guest.cartId, sku: guest.dish() });
  await guest.rest();
  const orderId = await placeOrder(guest);
  if (!orderId) return;
  await guest.act("cancel the order", "order.cancel", { orderId });
  await guest.rest();
};

/** Books a table, and gives it back at times. */
export const host: Story = async (guest) => {
  const guests = between(guest.random, 2, 4);
  const booked = await guest.act("book a table", "reservation.book", { guests, contact: CONTACT });
  await guest.rest();
  if (booked?.status !== "completed" || guest.random() < 0.5) return;
  await guest.act("cancel the table", "reservation.cancel", { guests, table: booked.state.table ?? 1 });
  await guest.rest();
};

/** The morning of the restaurant: new menu, stock. */
export const manager: Story = async (guest) => {
  await guest.act("take over the supplier's list", "menu.refresh");
  await guest.rest();
  await guest.act("count the stock", "kitchen.restock");
  await guest.rest();
};

export const STORIES: readonly Story[] = [dinner, dinner, voucher, regular, doubter, host, rush];

export async function browse(guest: Guest): Promise<void> {
  const cuisine = guest.random() < 0.3 ? pick(guest.random, CUISINES) : "";
  await guest.act("open the menu", "menu.browse", cuisine ? { cuisine } : {});
  await guest.rest();
}

export async function search(guest: Guest): Promise<void> {
  await guest.act("search the menu", "menu.search", { query: pick(guest.random, QUERIES) });
  await guest.rest();
}

/** Ends with the price of the cart. */
export async function fillCart(guest: Guest, dishes: number): Promise<number> {
  let totalCents = 0;
  for (let count = 0; count < dishes; count += 1) {
    const payload = { cartId: guest.cartId, sku: guest.dish(), quantity: between(guest.random, 1, 3) };
    const added = await guest.act("add a dish", "cart.add", payload);
    totalCents = added?.state.totalCents ?? totalCents;
    await guest.rest();
  }
  return totalCents;
}

/** Ends with the order's number, or with nothing when the order was refused. */
export async function placeOrder(guest: Guest): Promise<string | undefined> {
  const placed = await guest.act("place the order", "order.place", { cartId: guest.cartId, totalCents: between(guest.random, 1_200, 9_900) });
  await guest.rest();
  return placed?.status === "completed" ? placed.state.orderId : undefined;
}

export async function track(guest: Guest): Promise<void> {
  await guest.act("look where the courier is", "delivery.track");
  await guest.rest(10, 90);
}
