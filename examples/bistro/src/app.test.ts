import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createApp, PLUGINS, APP_ROOT } from "./app.js";
import { readDeclarations } from "./conductor/declarations.js";
import type { ConductorEvent } from "./conductor/events.js";

describe("Bistro", () => {
  it("has a handler for every declared beat", () => {
    const plugins = new Map(PLUGINS.map((plugin) => [plugin.id, plugin]));
    for (const sequence of readDeclarations(APP_ROOT).sequences) {
      const beats = sequence.movements.flatMap((movement) => movement.beats);
      for (const beat of beats) assert.ok(plugins.get(sequence.pluginId)?.handlers[beat.handler], `${sequence.id}: ${beat.handler}`);
    }
  });

  it("routes topics and interactions to declared sequences only", () => {
    const { sequences, topics, interactions } = readDeclarations(APP_ROOT);
    const known = new Set(sequences.map((sequence) => `${sequence.pluginId}/${sequence.id}`));
    const routes = [...Object.values(topics).flatMap((topic) => topic.routes), ...Object.values(interactions)];
    for (const route of routes) assert.ok(known.has(`${route.pluginId}/${route.sequenceId}`), route.sequenceId);
  });

  it("plays the same story with the same seed", async () => {
    const play = async () => {
      const events: ConductorEvent[] = [];
      const app = createApp({ seed: 5, listeners: [(event) => events.push(event)] });
      await app.play("reservation-book", { guests: 2, diner: "Ada" });
      await app.drain();
      return events;
    };
    assert.deepEqual(await play(), await play());
  });
});
