/** Handlers of delivery: picking a courier, planning the way, saying where the food is. */
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";
import { cheapestRoute, crossingOf } from "./streets.js";

const COURIERS = ["Asa", "Bruno", "Chiara", "Dilek", "Emre", "Noël"];
const MINUTES_PER_CROSSING = 0.6;

/** Couriers take turns, by the number of tickets so far. */
export const pickCourier: BistroHandler = (_state, { services }) => {
  return { courier: COURIERS[services.store.tickets.length % COURIERS.length]! };
};

export const planRoute: BistroHandler = (state) => {
  const route = cheapestRoute(crossingOf(state.diner ?? "walk-in"));
  return { route, etaMinutes: Math.round(route.length * MINUTES_PER_CROSSING) };
};

export const notifyCourier: BistroHandler = async (state, { clock, publish }) => {
  await clock.pause(1);
  publish("delivery.dispatched", { orderId: state.orderId });
  return { notified: [...(state.notified ?? []), state.courier ?? "courier"] };
};

/** Listens to the same topic as `notifyCourier`: whoever notifies the courier tells the diner too. */
export const notifyDiner: BistroHandler = async (state, { clock }) => {
  await clock.pause(1);
  return { notified: [...(state.notified ?? []), state.contact ?? state.diner ?? "walk-in"] };
};

export const locateCourier: BistroHandler = async (state, { clock, random }) => {
  await clock.pause(1);
  const route = cheapestRoute(crossingOf(state.diner ?? "walk-in"));
  return { route: route.slice(Math.floor(random() * route.length)) };
};

export const estimateArrival: BistroHandler = (state) => {
  return { etaMinutes: Math.round(required(state, "route").length * MINUTES_PER_CROSSING) };
};

/** Avoids every crossing of the old way but its ends. */
export const replanRoute: BistroHandler = (state) => {
  const target = crossingOf(state.diner ?? "walk-in");
  const route = cheapestRoute(target, new Set((state.route ?? cheapestRoute(target)).slice(1, -1)));
  return { route, etaMinutes: Math.round(route.length * MINUTES_PER_CROSSING) };
};

export const plugin: BistroPlugin = {
  id: "DeliveryPlugin",
  handlers: { pickCourier, planRoute, notifyCourier, notifyDiner, locateCourier, estimateArrival, replanRoute },
};
