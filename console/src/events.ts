// Events: what the server sends of a recording, as far as the player looks into it.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface RecordedEvent {
  type: number;
  timestamp: number;
  data: Json;
  [key: string]: Json;
}

export interface Interaction {
  kind: string;
  at: number;
  route: string;
  element?: string;
  role?: string;
  label?: string;
  scroll_depth?: number;
  type?: string;
  line?: number;
  method?: string;
  status?: string;
  ms?: number;
}

export interface Batch {
  number: number;
  reset: boolean;
  level: number;
  journey: string;
  events: RecordedEvent[];
  interactions: Interaction[];
}

export type Words = Record<string, string>;

export const FULL_SNAPSHOT = 2;
export const INCREMENTAL = 3;
export const META = 4;
export const DECLARATION = 13;
