/** Time as the application sees it. Live replay and tests inject a `ManualClock`; recordings a `StoryClock`. */
import { setTimeout as realPause } from "node:timers/promises";

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Monotonic milliseconds, with fractions, for durations. */
  elapsed(): number;
  pause(ms: number): Promise<void>;
}

/** Work takes the time it really takes; the time between two user actions is skipped, not waited for. */
export class StoryClock implements Clock {
  private readonly origin = performance.now();
  private skipped = 0;

  constructor(private readonly startedAt: number) {}

  now(): number {
    return this.startedAt + this.skipped + this.elapsed();
  }

  elapsed(): number {
    return performance.now() - this.origin;
  }

  async pause(ms: number): Promise<void> {
    await realPause(ms);
  }

  idle(ms: number): void {
    this.skipped += ms;
  }
}

/** Stands still but for pauses, which it passes in no time: the same run gives the same times. */
export class ManualClock implements Clock {
  private passed = 0;

  constructor(private readonly startedAt = 0) {}

  now(): number {
    return this.startedAt + this.passed;
  }

  elapsed(): number {
    return this.passed;
  }

  async pause(ms: number): Promise<void> {
    this.passed += ms;
  }
}
