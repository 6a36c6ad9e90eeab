import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Conductor } from "./conductor.js";
import { ManualClock } from "./clock.js";
import type { BeatDeclaration, Declarations } from "./declarations.js";
import { EventHook, type ConductorEvent } from "./events.js";
import { NetworkError, type Handler } from "./handler.js";
import { seededRandom } from "./random.js";
import { Registry } from "./registry.js";

interface Notes {
  said?: string;
  count?: number;
}

type NotesHandler = Handler<Notes, object>;

function stage(handlers: Record<string, NotesHandler>, beats: Partial<BeatDeclaration>[], lanes = 1) {
  const declarations: Declarations = {
    sequences: [{ id: "speak", name: "Speak", pluginId: "VoicePlugin", movements: [{ id: "all", name: "All", beats: beats.map(complete) }] }],
    topics: { "voice.heard": { routes: [{ pluginId: "VoicePlugin", sequenceId: "speak" }] }, "voice.lost": { routes: [{ pluginId: "NoPlugin", sequenceId: "speak" }] } },
    interactions: { talk: { pluginId: "VoicePlugin", sequenceId: "speak" } },
  };
  const clock = new ManualClock();
  const hook = new EventHook(clock);
  const events: ConductorEvent[] = [];
  hook.on((event) => events.push(event));
  const registry = new Registry<Notes, object>(hook);
  registry.mount({ id: "VoicePlugin", handlers }, declarations.sequences);
  const conductor = new Conductor<Notes, object>({ registry, declarations, hook, clock, random: seededRandom(1), services: {}, lanes });
  const kinds = () => events.map((event) => event.kind);
  return { conductor, hook, events, kinds };
}

function complete(beat: Partial<BeatDeclaration>, place: number): BeatDeclaration {
  return { beat: place + 1, event: `voice:${place + 1}`, title: "", handler: "say", kind: "pure", timing: "immediate", ...beat };
}

const say: NotesHandler = () => ({ said: "hello" });
const fail: NotesHandler = () => {
  throw new TypeError("no voice");
};

describe("a conductor", () => {
  it("plays beats in order and gives back the state", async () => {
    const { conductor, kinds } = stage({ say, count: (state) => ({ count: state.said?.length ?? 0 }) }, [{}, { handler: "count" }]);
    const result = await conductor.play("speak");
    assert.deepEqual(result?.state, { said: "hello", count: 5 });
    assert.equal(result?.status, "completed");
    assert.equal(kinds().filter((kind) => kind === "beat.done").length, 2);
  });

  it("lets a beat go on when its handler throws and the beat tolerates it", async () => {
    const { conductor, kinds } = stage({ say: fail }, [{}]);
    const result = await conductor.play("speak");
    assert.equal(result?.status, "completed");
    assert.ok(kinds().includes("handler.failed"));
    assert.ok(!kinds().includes("beat.failed"));
  });

  it("fails the flow when a beat that aborts fails", async () => {
    const { conductor, events } = stage({ say: fail }, [{ errorHandling: "abort-sequence" }, {}]);
    const result = await conductor.play("speak");
    assert.equal(result?.status, "failed");
    assert.equal(result?.error?.message, "no voice");
    assert.deepEqual(events.filter((event) => event.kind.endsWith(".failed")).map((event) => event.fields["error"]), ["TypeError", "TypeError", "TypeError", "TypeError"]);
  });

  it("tries a beat three times before it gives up", async () => {
    const { conductor, kinds } = stage({ say: fail }, [{ errorHandling: "retry" }]);
    const result = await conductor.play("speak");
    assert.equal(result?.status, "failed");
    assert.equal(kinds().filter((kind) => kind === "beat.start").length, 3);
    assert.equal(kinds().filter((kind) => kind === "beat.retry").length, 2);
  });

  it("reports a network failure beside the handler's", async () => {
    const unreachable: NotesHandler = () => {
      throw new NetworkError("GET", "http://nowhere.invalid/", "ECONNREFUSED", "none");
    };
    const { conductor, events } = stage({ say: unreachable }, [{}]);
    await conductor.play("speak");
    assert.equal(events.find((event) => event.kind === "net.failed")?.fields["url"], "http://nowhere.invalid/");
  });

  it("drops a request for what it does not know, and says so", async () => {
    const { conductor, kinds } = stage({ say }, [{}]);
    assert.equal(await conductor.play("sing", {}, "VoicePlugin"), undefined);
    assert.equal(await conductor.play("sing", {}, "NoPlugin"), undefined);
    assert.deepEqual(kinds().slice(-2), ["seq.unknown", "plugin.unknown"]);
  });

  it("routes a published topic, and an interaction, to their sequences", async () => {
    const { conductor, kinds } = stage({ say }, [{}]);
    conductor.publish("voice.heard");
    conductor.publish("voice.unheard");
    await conductor.interact("talk");
    await conductor.drain();
    assert.equal(kinds().filter((kind) => kind === "flow.done").length, 2);
    assert.equal(kinds().filter((kind) => kind === "topic.unknown").length, 1);
  });

  it("never runs more flows at once than it has lanes", async () => {
    let active = 0;
    let most = 0;
    const busy: NotesHandler = async () => {
      most = Math.max(most, (active += 1));
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
    };
    const { conductor } = stage({ say: busy }, [{}, {}], 2);
    await Promise.all(Array.from({ length: 6 }, () => conductor.play("speak")));
    assert.equal(most, 2);
  });

  it("falls silent when it is cut off", async () => {
    const { conductor, hook, events } = stage({ say }, [{}]);
    hook.cut();
    const before = events.length;
    await conductor.play("speak");
    assert.equal(events.length, before);
  });

  it("does nothing in a beat nobody listens to", async () => {
    const { conductor, kinds } = stage({ say }, [{ handler: "absent" }]);
    assert.equal((await conductor.play("speak"))?.status, "completed");
    assert.ok(kinds().includes("handler.missing") && kinds().includes("bus.silent"));
  });
});
