// Patterns over paths, matched in time linear in the path: what globs and ignore rules are made of. A backtracking
// regular expression takes minutes on `**/a/**/a/…`; here all ways through the pattern are followed at once
// (Thompson, Regular Expression Search Algorithm, 1968).

export type PathPattern =
  /** One character (a code point) for which `test` holds. */
  | { readonly kind: 'one'; readonly test: CharacterTest }
  | { readonly kind: 'sequence'; readonly parts: readonly PathPattern[] }
  | { readonly kind: 'choice'; readonly parts: readonly PathPattern[] }
  /** Zero or more times. */
  | { readonly kind: 'many'; readonly part: PathPattern };

export type CharacterTest = (codePoint: number) => boolean;

export interface PathMatcher {
  test(path: string): boolean;
  /** Like `test`, with the states visited, so that tests can tell how the work grows. */
  count(path: string): { readonly matches: boolean; readonly steps: number };
}

const slash = 0x2f;
const isNoSlash: CharacterTest = code => code !== slash;

export const empty: PathPattern = { kind: 'sequence', parts: [] };
/** Any character within a name. */
export const anyInName: PathPattern = { kind: 'one', test: isNoSlash };
/** Any text within a name. */
export const anyName: PathPattern = { kind: 'many', part: anyInName };
/** Any text, across folders. */
export const anything: PathPattern = { kind: 'many', part: { kind: 'one', test: () => true } };
/** Any number of folders, each with the slash after it. */
export const anyFolders: PathPattern = {
  kind: 'many',
  part: { kind: 'sequence', parts: [anyInName, anyName, literal('/')] },
};

/** These characters, in any case if so wished. */
export function literal(text: string, ignoreCase = false): PathPattern {
  const one = (character: string): PathPattern => {
    const variants = ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
    const [first, second = first] = variants.map(variant => variant.codePointAt(0));
    return { kind: 'one', test: code => code === first || code === second };
  };
  const parts = Array.from(text, one);
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
}

/** A matcher of whole paths. */
export function pathMatcher(pattern: PathPattern): PathMatcher {
  const states = new States();
  const start = states.add(pattern, states.accept);
  const count = (path: string) => states.run(start, path);
  return { count, test: path => count(path).matches };
}

/** A state reads a character and goes on to the next one, or forks without reading. */
type State =
  | { readonly kind: 'accept' }
  | { readonly kind: 'read'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'fork'; readonly next: number[] };

class States {
  readonly accept = 0;
  private readonly states: State[] = [{ kind: 'accept' }];
  /** The step in which a state was last entered, so that none is entered twice in one. */
  private entered = new Int32Array(0);
  private step = 0;

  /** Adds the states of a pattern that go on to `next`; gives the first of them. */
  add(pattern: PathPattern, next: number): number {
    switch (pattern.kind) {
      case 'one':
        return this.push({ kind: 'read', test: pattern.test, next });
      case 'sequence':
        return pattern.parts.reduceRight((after, part) => this.add(part, after), next);
      case 'choice':
        return this.push({ kind: 'fork', next: pattern.parts.map(part => this.add(part, next)) });
      case 'many': {
        const targets = [next];
        const fork = this.push({ kind: 'fork', next: targets });
        targets.push(this.add(pattern.part, fork));
        return fork;
      }
      default:
        return pattern satisfies never;
    }
  }

  run(start: number, path: string): { matches: boolean; steps: number } {
    if (this.entered.length !== this.states.length)
      this.entered = new Int32Array(this.states.length).fill(-1);
    let steps = 0;
    let current: number[] = [];
    this.step++;
    this.enter(start, current);
    for (const character of path) {
      if (current.length === 0) break;
      const code = character.codePointAt(0) ?? 0;
      const following: number[] = [];
      this.step++;
      for (const index of current) {
        steps++;
        const state = this.states[index];
        if (state?.kind === 'read' && state.test(code)) this.enter(state.next, following);
      }
      current = following;
    }
    return { matches: current.includes(this.accept), steps: steps + current.length };
  }

  /** Enters a state, or whatever it forks to. */
  private enter(first: number, into: number[]): void {
    const pending = [first];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (this.entered[index] === this.step) continue;
      this.entered[index] = this.step;
      const state = this.states[index];
      if (state?.kind !== 'fork') into.push(index);
      else for (const next of state.next) pending.push(next);
    }
  }

  private push(state: State): number {
    return this.states.push(state) - 1;
  }
}
