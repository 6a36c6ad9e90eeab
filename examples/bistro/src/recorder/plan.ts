/** Which sessions are recorded: four a day over twelve days, a release every three days, faults at fixed places. */
import * as faults from "./faults.js";

export interface SessionPlan {
  readonly number: number;
  readonly name: string;
  readonly seed: number;
  readonly startedAt: number;
  readonly release: string;
  readonly isCompressed: boolean;
  readonly fault?: faults.Fault;
}

const FIRST_DAY = Date.UTC(2026, 10, 9);
const DAY_MS = 86_400_000;
const HOURS = [8, 11, 14, 18];
const RELEASES = ["1.4.0", "1.5.0", "1.6.0", "1.7.0"];
export const SESSION_COUNT = 48;

/** By session number, from 1. The others are healthy. */
const FAULTS: Readonly<Record<number, faults.Fault>> = {
  5: faults.badVouchers, 9: faults.emptyLarder, 11: faults.cutOff, 14: faults.misrouted, 17: faults.paymentDown, 19: faults.missingSubscription,
  21: faults.slowRoutes, 23: faults.extraBeat, 26: faults.skippedBeat, 29: faults.storm, 31: faults.nonsenseItems, 34: faults.loyaltyAbsent,
  37: faults.unknownTopic, 41: faults.cutOff, 44: faults.badVouchers,
};
/** As a log rotation would have left the oldest. */
const COMPRESSED_COUNT = 12;

export function planSessions(): SessionPlan[] {
  return Array.from({ length: SESSION_COUNT }, (_, place) => planSession(place + 1));
}

function planSession(number: number): SessionPlan {
  const day = Math.floor((number - 1) / HOURS.length);
  const minute = (number * 17) % 60;
  const startedAt = FIRST_DAY + day * DAY_MS + (HOURS[(number - 1) % HOURS.length]! * 60 + minute) * 60_000;
  const fault = FAULTS[number];
  return {
    number,
    name: `bistro-${new Date(startedAt).toISOString().slice(0, 16).replace(/[-:]/g, "")}`,
    seed: 4_000 + number,
    startedAt,
    release: RELEASES[Math.floor(day / 3)]!,
    isCompressed: number <= COMPRESSED_COUNT,
    ...(fault && { fault }),
  };
}
