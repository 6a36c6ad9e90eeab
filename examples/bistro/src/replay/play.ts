/** Answers one request of Sightline: what `[replay]` asks line by line, and what generated tests call. */
import { playLive } from "./live.js";
import type { ReplayAnswer, ReplayRequest } from "./protocol.js";
import { playStubbed } from "./stubbed.js";

export function play({ level, repeat, bundle }: ReplayRequest): Promise<ReplayAnswer> {
  return level === "live" ? playLive(bundle, repeat) : playStubbed(bundle, repeat);
}
