/** Handlers of payment: charging a card over the payment service, and giving the money back. */
import { createHash } from "node:crypto";
import { required, type BistroHandler, type BistroPlugin } from "../../domain.js";

export class NothingToRefund extends Error {
  override readonly name = "NothingToRefund";
}

/** The fingerprint lets the payment service recognise a charge sent twice. */
export const buildCharge: BistroHandler = (state) => {
  const orderId = required(state, "orderId");
  const cents = required(state, "totalCents");
  const fingerprint = createHash("sha256").update(`${orderId}/${cents}/${JSON.stringify(state.lines)}`).digest("hex");
  return { charge: { orderId, cents, fingerprint } };
};

export const authoriseCharge: BistroHandler = async (state, { services }) => {
  return { authorisation: await services.gateway.authorise(required(state, "charge")) };
};

export const captureCharge: BistroHandler = async (state, { services }) => {
  const charge = required(state, "charge");
  await services.gateway.capture(charge, required(state, "authorisation"));
  services.store.charges.set(charge.orderId, charge);
};

export const issueReceipt: BistroHandler = (state, { publish }) => {
  const { orderId, cents, fingerprint } = required(state, "charge");
  publish("payment.captured", { orderId, diner: state.diner, totalCents: cents });
  return { receipt: `${orderId} EUR ${(cents / 100).toFixed(2)} ${fingerprint.slice(0, 8)}` };
};

export const findCharge: BistroHandler = async (state, { clock, services }) => {
  await clock.pause(1);
  const charge = services.store.charges.get(required(state, "orderId"));
  if (!charge) throw new NothingToRefund(`order ${state.orderId} was never charged`);
  return { charge };
};

export const sendRefund: BistroHandler = async (state, { services }) => {
  const charge = required(state, "charge");
  const receipt = await services.gateway.refund(charge);
  services.store.charges.delete(charge.orderId);
  return { receipt };
};

export const plugin: BistroPlugin = {
  id: "PaymentPlugin",
  handlers: { buildCharge, authoriseCharge, captureCharge, issueReceipt, findCharge, sendRefund },
};
