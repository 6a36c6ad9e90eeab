/** The flow's state: applying what a handler returned, and saying what changed in few characters. */
const PREVIEW_LENGTH = 72;

export interface StateChange<State> {
  readonly state: State;
  /** `+added,keys ~updated -removed`; empty when nothing changed. */
  readonly change: string;
  /** JSON of the changed keys, cut: often no valid JSON any more. */
  readonly preview: string;
}

export function applyPatch<State extends object>(state: State, patch: Partial<State>): StateChange<State> {
  const before = state as Record<string, unknown>;
  const after: Record<string, unknown> = { ...before };
  const keys: Record<"+" | "~" | "-", string[]> = { "+": [], "~": [], "-": [] };
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const sign = signOf(before[key], value);
    if (!sign) continue;
    keys[sign].push(key);
    if (value === undefined) delete after[key];
    else after[key] = changed[key] = value;
  }
  const change = (["+", "~", "-"] as const).filter((sign) => keys[sign].length).map((sign) => sign + keys[sign].join(","));
  return { state: after as State, change: change.join(" "), preview: cut(JSON.stringify(changed)) };
}

function signOf(before: unknown, after: unknown): "+" | "~" | "-" | undefined {
  if (after === undefined) return before === undefined ? undefined : "-";
  if (before === undefined) return "+";
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : "~";
}

function cut(text: string): string {
  // By character, not by code unit: an emoji is never cut in half.
  const characters = Array.from(text.slice(0, 4 * PREVIEW_LENGTH));
  return characters.length <= PREVIEW_LENGTH ? text : `${characters.slice(0, PREVIEW_LENGTH).join("")}…`;
}
