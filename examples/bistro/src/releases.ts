/** The releases of Bistro and the features that differ between them. */
import type { Features } from "./domain.js";

const RELEASES: Readonly<Record<string, Features>> = {
  "1.4.0": { priceLookup: "index", ranksOnce: false },
  "1.5.0": { priceLookup: "index", ranksOnce: false },
  // Promotions: the last matching entry of the price book wins, so the book is read through.
  "1.6.0": { priceLookup: "scan", ranksOnce: false },
  "1.7.0": { priceLookup: "scan", ranksOnce: true },
};

export const LATEST_RELEASE = "1.7.0";

export function featuresOf(release: string): Features {
  const features = RELEASES[release];
  if (!features) throw new RangeError(`no release ${release}; known are ${Object.keys(RELEASES).join(", ")}`);
  return features;
}
