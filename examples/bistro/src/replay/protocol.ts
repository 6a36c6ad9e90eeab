/**
 * What Sightline asks and what it wants to hear, a line of JSON each: the parts of a replay bundle that are used here,
 * and the steps of a flow as they were played.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Input {
  readonly key: string;
  readonly state: "known" | "cut" | "not_shown" | "not_logged";
  readonly value?: Json;
  /** What the key held last in an earlier flow of the session. */
  readonly candidate?: Json;
}

export interface Change {
  readonly key: string;
  readonly kind: "added" | "updated" | "removed";
  readonly value?: Json;
}

export interface HandlerStep {
  readonly plugin?: string;
  readonly handler?: string;
  readonly status: string;
  readonly inputs?: readonly Input[];
  readonly changes?: readonly Change[];
  /** Topics it published, in order. */
  readonly published?: readonly string[];
  /** Name of the error it threw, and what it said. */
  readonly error?: string;
  readonly message?: string;
}

export interface Step {
  readonly topic: string;
  readonly movement?: string;
  readonly beat?: number;
  readonly status: string;
  readonly handlers?: readonly HandlerStep[];
}

export interface Bundle {
  readonly flow: { readonly sequence_key: string; readonly build?: string; readonly started_at?: string };
  readonly observed: readonly Step[];
  /** `publisher` is the state of the flow whose publication began this one, as far as the log shows it. */
  readonly request: { readonly values: { readonly [key: string]: Json }; readonly publisher?: { readonly [key: string]: Json } };
  readonly inputs: readonly Input[];
}

export interface ReplayRequest {
  readonly level: "stubbed" | "live";
  readonly repeat: number;
  readonly bundle: Bundle;
}

export interface ReplayAnswer {
  readonly status: "completed" | "failed" | "refused";
  readonly steps: readonly Step[];
  /** The state the flow began with. */
  readonly inputs?: { readonly [key: string]: Json };
  /** Keys whose values were made up. */
  readonly stand_ins: readonly string[];
  readonly error?: string;
}
