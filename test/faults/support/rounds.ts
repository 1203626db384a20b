// How often the suite of injected faults tries: a few times with all other tests, as often as asked with `npm run faults`.

/** Kill signals of all loops together; `npm run faults -- --kills N`. */
export const kills = Number(process.env['TINYMEMORY_KILLS'] ?? 9);

/** Of all that is random in the suite; a failure prints it for `npm run faults -- --seed N`. */
export const seed = Number(process.env['TINYMEMORY_FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** `many` with `npm run faults`. */
export function faultRounds(few: number, many: number): number {
  return process.env['TINYMEMORY_FAULTS'] === 'many' ? many : few;
}
