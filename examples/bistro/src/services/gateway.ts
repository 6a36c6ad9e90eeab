/** The payment service as Bistro sees it: a remote party that answers after a few milliseconds, or not at all. */
import { createHash } from "node:crypto";
import type { Clock } from "../conductor/clock.js";
import { NetworkError } from "../conductor/handler.js";
import { between, type Random } from "../conductor/random.js";
import type { Charge } from "../domain.js";

const URL_ROOT = "http://payments.bistro.invalid/v2";
/** Made up, and said so in itself: there is no such service and no such token. */
const CREDENTIAL = "Bearer fake-example-token-not-a-secret-0000";

export class PaymentGateway {
  constructor(private readonly clock: Clock, private readonly random: Random, private readonly isDown = false) {}

  authorise(charge: Charge): Promise<string> {
    return this.post("authorisations", charge);
  }

  capture(charge: Charge, authorisation: string): Promise<string> {
    return this.post(`authorisations/${authorisation}/capture`, charge);
  }

  refund(charge: Charge): Promise<string> {
    return this.post("refunds", charge);
  }

  private async post(path: string, charge: Charge): Promise<string> {
    await this.clock.pause(between(this.random, 2, 6));
    if (this.isDown) throw new NetworkError("POST", `${URL_ROOT}/${path}`, "ECONNREFUSED", CREDENTIAL);
    return createHash("sha256").update(path).update(charge.fingerprint).digest("hex").slice(0, 12);
  }
}
