// What is counted of suggestions, day by day: plain numbers, never a text. The latencies are kept as a histogram of
// fixed size, from which percentiles are read. Pure; the store beside it keeps them.

import * as v from 'valibot';

/** Upper ends of the histogram's buckets, in milliseconds; the last bucket has none. */
export const latencyEndsMs = [
  2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 170, 220, 300, 400, 600, 1_000, 2_000, 5_000,
] as const;

export const countKeys = [
  'shown',
  'acceptedWhole',
  'acceptedPart',
  'typedThrough',
  'rejected',
  'characters',
] as const;

export type CountKey = (typeof countKeys)[number];

const countSchema = v.pipe(v.number(), v.integer(), v.minValue(0));

const countsSchema = v.object({
  /** Suggestions shown; one that is typed into, or accepted in parts, counts once. */
  shown: countSchema,
  /** How they ended. Those still on the screen when the editor was closed are not among these. */
  acceptedWhole: countSchema,
  /** Some words or lines were accepted and the rest was not. */
  acceptedPart: countSchema,
  /** Typed to the end by hand. */
  typedThrough: countSchema,
  rejected: countSchema,
  /** Characters written by accepting. */
  characters: countSchema,
  /** Suggestions by how long they took, one count for each bucket of `latencyEndsMs` and one beyond. */
  latencies: v.pipe(v.array(countSchema), v.length(latencyEndsMs.length + 1)),
});

/** By day, as `2025-12-31`. */
const daysSchema = v.record(v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)), countsSchema);

export type Counts = v.InferOutput<typeof countsSchema>;
export type Days = Readonly<Record<string, Counts>>;

/** Days that are kept. */
export const daysKept = 90;

export function noCounts(): Counts {
  return {
    shown: 0,
    acceptedWhole: 0,
    acceptedPart: 0,
    typedThrough: 0,
    rejected: 0,
    characters: 0,
    latencies: latencyEndsMs.map(() => 0).concat(0),
  };
}

/** What was stored, less what is older than 90 days; nothing where it is no statistics. */
export function parseDays(stored: unknown, today: string): Record<string, Counts> {
  const parsed = v.safeParse(daysSchema, stored ?? {});
  if (!parsed.success) return {};
  const oldest = dayBefore(today, daysKept - 1);
  return Object.fromEntries(Object.entries(parsed.output).filter(([day]) => day >= oldest && day <= today));
}

/** Adds up the days from `first` on. */
export function sumSince(all: readonly Days[], first: string): Counts {
  const sum = noCounts();
  for (const days of all) {
    for (const [day, counts] of Object.entries(days)) {
      if (day < first) continue;
      for (const key of countKeys) sum[key] += counts[key];
      sum.latencies = sum.latencies.map((count, at) => count + (counts.latencies[at] ?? 0));
    }
  }
  return sum;
}

/** Index of the histogram's bucket for a latency. */
export function latencyBucket(latencyMs: number): number {
  const at = latencyEndsMs.findIndex(end => latencyMs <= end);
  return at === -1 ? latencyEndsMs.length : at;
}

/**
 * The latency that a share of the suggestions stayed within, interpolated within its bucket; undefined where there
 * are none. Beyond the last end, that end.
 */
export function latencyPercentile(latencies: readonly number[], share: number): number | undefined {
  const total = latencies.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [at, count] of latencies.entries()) {
    const end = latencyEndsMs[at];
    if (end === undefined) break;
    const start = latencyEndsMs[at - 1] ?? 0;
    if (count > 0 && below + count >= share * total) {
      return start + (end - start) * Math.max(0, (share * total - below) / count);
    }
    below += count;
  }
  return latencyEndsMs.at(-1);
}

/** The local day of a time. */
export function dayOf(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

export function dayBefore(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return dayOf(new Date(year, month - 1, date - count, 12));
}
