// How often the suite of injected faults tries: few rounds with all other tests, many with `npm run test:faults`.

/** `many` where the environment asks for them. */
export function faultRounds(few: number, many: number): number {
  return process.env['TINYMEMORY_FAULTS'] === 'many' ? many : few;
}
