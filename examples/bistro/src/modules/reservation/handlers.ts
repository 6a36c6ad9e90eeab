/** Handlers of reservations: finding, holding and freeing tables. */
import { createHash } from "node:crypto";
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";

export class NoTable extends Error {
  override readonly name = "NoTable";
}

/** The smallest free table that seats the party. */
export const findTable: BistroHandler = (state, { services }) => {
  const guests = required(state, "guests");
  const fitting = [...services.store.freeTables].filter(([, seats]) => seats >= guests).sort((left, right) => left[1] - right[1]);
  const best = fitting[0];
  if (!best) throw new NoTable(`no table for ${guests} guests`);
  return { table: best[0] };
};

export const holdTable: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(1);
  services.store.freeTables.delete(required(state, "table"));
};

export const confirmReservation: BistroHandler = (state, { requestId }) => {
  const text = `${requestId}/${state.table}/${state.diner}/${state.contact}`;
  const reservationId = `R-${createHash("sha256").update(text).digest("hex").slice(0, 6)}`;
  return { reservationId, notified: state.contact ? [state.contact] : [] };
};

export const releaseTable: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(1);
  services.store.freeTables.set(required(state, "table"), state.guests ?? 2);
  return { reservationId: undefined };
};

export const offerTable: BistroHandler = (state, { publish }) => {
  publish("reservation.released", { table: state.table });
};

export const plugin: BistroPlugin = {
  id: "ReservationPlugin",
  handlers: { findTable, holdTable, confirmReservation, releaseTable, offerTable },
};
