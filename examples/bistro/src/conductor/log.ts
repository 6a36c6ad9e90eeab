/**
 * Bistro's log dialect: one line per event, `<UTC> <LEVEL> [<scope>] <kind> key=value ...`, stack traces below errors.
 * Texts, and values with anything but plain characters, are quoted; quotes, backslashes and line breaks in them are escaped.
 */
import type { ConductorEvent, EventKind, Listener } from "./events.js";

type Level = "DEBUG" | "INFO" | "WARN" | "ERROR";

const LEVELS: Partial<Record<EventKind, Level>> = {
  "bus.subscribers": "DEBUG", "handler.start": "DEBUG", "handler.done": "DEBUG", "state.changed": "DEBUG", "state.same": "DEBUG",
  "topic.subscribed": "DEBUG", "seq.registered": "DEBUG",
  "handler.missing": "WARN", "bus.silent": "WARN", "topic.unknown": "WARN", "plugin.unknown": "WARN", "seq.unknown": "WARN",
  "beat.retry": "WARN", "net.failed": "ERROR", "handler.failed": "ERROR", "beat.failed": "ERROR", "movement.failed": "ERROR",
  "flow.failed": "ERROR",
};
/** Keys whose value is text, quoted even when it is one plain word. */
const TEXTS = new Set(["name", "movement", "action", "input", "message", "reason", "change", "preview", "authorization"]);
const PLAIN = /^[\w:.,/+~@#-]+$/;
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const MOST_FRAMES = 6;

/** A listener that writes each event as text; frames are shown relative to `root`. */
export function lineWriter(write: (text: string) => void, root: string): Listener {
  return (event) => write(formatEvent(event, root));
}

export function formatEvent(event: ConductorEvent, root = ""): string {
  const level = (LEVELS[event.kind] ?? "INFO").padStart(5);
  const tail = Object.entries(event.fields).map(([key, value]) => `${key}=${formatValue(key, String(value))}`);
  const line = [new Date(event.at).toISOString(), level, `[${event.scope}]`, event.kind, ...tail].join(" ");
  return event.error ? `${line}\n${formatStack(event.error, root)}` : `${line}\n`;
}

function formatValue(key: string, value: string): string {
  if (PLAIN.test(value) && !TEXTS.has(key)) return value;
  return `"${value.replace(/["\\\n\r\t]/g, (character) => ESCAPES[character] ?? character)}"`;
}

function formatStack(error: Error, root: string): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).slice(0, MOST_FRAMES);
  return frames.map((frame) => `    ${frame.trim().replace("file://", "").replace(`${root}/`, "")}\n`).join("");
}
