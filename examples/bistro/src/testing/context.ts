/** A handler's surroundings for tests: time stands still, chance is seeded, published topics are kept. */
import { ManualClock } from "../conductor/clock.js";
import { seededRandom } from "../conductor/random.js";
import type { BistroContext, BistroHandler, BistroState, Features } from "../domain.js";
import { featuresOf, LATEST_RELEASE } from "../releases.js";
import { PaymentGateway } from "../services/gateway.js";
import { Store } from "../services/store.js";

export interface TestContext extends BistroContext {
  readonly published: string[];
}

export function newContext(features: Features = featuresOf(LATEST_RELEASE)): TestContext {
  const clock = new ManualClock(Date.UTC(2026, 10, 9));
  const random = seededRandom(11);
  const published: string[] = [];
  const services = { store: new Store(random), gateway: new PaymentGateway(clock, random), features };
  return { requestId: "test-1", clock, random, services, published, publish: (topic) => published.push(topic) };
}

/** Runs a handler and ends with the keys it sets. */
export async function run(handler: BistroHandler, state: BistroState, context: BistroContext = newContext()): Promise<Partial<BistroState>> {
  return (await handler(state, context)) ?? {};
}
