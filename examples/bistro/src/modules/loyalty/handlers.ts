/** Handlers of loyalty: points for payments, discounts for points, greetings. */
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";

const CENTS_PER_POINT = 100;
const POINTS_PER_REWARD = 25;

/** One point per full euro, doubled above fifty. */
export const computePoints: BistroHandler = (state) => {
  const points = Math.floor((state.totalCents ?? 0) / CENTS_PER_POINT);
  return { points: points > 50 ? 2 * points - 50 : points };
};

export const creditPoints: BistroHandler = async (state, { clock, services }) => {
  const diner = state.diner ?? "walk-in";
  await clock.pause(1);
  const balance = (services.store.points.get(diner) ?? 0) + required(state, "points");
  services.store.points.set(diner, balance);
  return { balance };
};

export const checkBalance: BistroHandler = (state, { services }) => {
  const ranking = [...services.store.points].sort((left, right) => right[1] - left[1]);
  return { balance: ranking.find(([diner]) => diner === state.diner)?.[1] ?? 0 };
};

/** Takes as many rewards as the balance holds; a small balance is left alone. */
export const redeemPoints: BistroHandler = async (state, { clock, services }) => {
  const balance = required(state, "balance");
  if (balance < POINTS_PER_REWARD) return;
  await clock.pause(1);
  const left = balance % POINTS_PER_REWARD;
  services.store.points.set(state.diner ?? "walk-in", left);
  return { discountPct: Math.min(30, (balance - left) / POINTS_PER_REWARD), balance: left };
};

export const findBirthdays: BistroHandler = (_state, { clock, services }) => {
  const today = new Date(clock.now()).toISOString().slice(5, 10);
  return { notified: [...services.store.birthdays].filter(([, day]) => day === today).map(([diner]) => diner) };
};

export const sendGreeting: BistroHandler = async (state, { clock }) => {
  await clock.pause(1);
  return { page: required(state, "notified").map((diner) => `Happy birthday, ${diner}!`) };
};

export const plugin: BistroPlugin = {
  id: "LoyaltyPlugin",
  handlers: { computePoints, creditPoints, checkBalance, redeemPoints, findBirthdays, sendGreeting },
};
