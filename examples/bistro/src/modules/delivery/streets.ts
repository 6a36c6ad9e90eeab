/** The town as a grid of crossings, and the cheapest way through it. */
import { createHash } from "node:crypto";

const SIDE = 40;
const COSTS: readonly number[] = Array.from({ length: SIDE * SIDE }, (_, crossing) => costOf(crossing));

/** Crossings from the kitchen (0) to `target`, both included, by the least total cost. */
export function cheapestRoute(target: number, avoided: ReadonlySet<number> = new Set()): number[] {
  const cost = new Array<number>(COSTS.length).fill(Infinity);
  const before = new Map<number, number>();
  const open = new Set([0]);
  cost[0] = 0;
  while (open.size) {
    const here = cheapest(open, cost);
    if (here === target) return trace(before, target);
    open.delete(here);
    for (const next of neighbours(here)) {
      const total = cost[here]! + COSTS[next]! + (avoided.has(next) ? 50 : 0);
      if (total >= cost[next]!) continue;
      cost[next] = total;
      before.set(next, here);
      open.add(next);
    }
  }
  return [];
}

/** Where a diner lives: any text lands on a crossing. */
export function crossingOf(address: string): number {
  return 1 + (createHash("sha256").update(address).digest().readUInt16BE(0) % (COSTS.length - 1));
}

function costOf(crossing: number): number {
  return 1 + (createHash("sha256").update(`crossing ${crossing}`).digest()[0]! % 9);
}

function cheapest(open: ReadonlySet<number>, cost: readonly number[]): number {
  return [...open].reduce((best, crossing) => (cost[crossing]! < cost[best]! ? crossing : best));
}

function neighbours(here: number): number[] {
  const column = here % SIDE;
  const sideways = [column > 0 ? here - 1 : -1, column < SIDE - 1 ? here + 1 : -1];
  return [...sideways, here - SIDE, here + SIDE].filter((crossing) => crossing >= 0 && crossing < COSTS.length);
}

function trace(before: ReadonlyMap<number, number>, target: number): number[] {
  const route = [target];
  for (let here = before.get(target); here !== undefined; here = before.get(here)) route.unshift(here);
  return route;
}
