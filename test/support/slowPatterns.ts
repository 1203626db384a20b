// Finds regular expressions that take more than linear time on some text: by analysis of the expression (scslre), and by
// trying it on repeated pieces of what it matches, which finds what the analysis does not follow.

import type { AST } from '@eslint-community/regexpp';
import { RegExpParser } from '@eslint-community/regexpp';
import { analyse } from 'scslre';
import type { Random } from '../../src/base/random.ts';
import { seededRandom } from '../../src/base/random.ts';

/** UTF-16 code units: squared they take over 100 ms, one by one far less than one. */
const triedChars = 16_000;
const minMs = 30;
const maxGrowth = 9;
const unitsEach = 40;

/** Why the pattern may take more than linear time; undefined where nothing says so. */
export function whySlow({ source, flags }: Pick<RegExp, 'source' | 'flags'>): string | undefined {
  return byAnalysis(source, flags) ?? byTrying(source, flags);
}

function byAnalysis(source: string, flags: string): string | undefined {
  const plain = flags.replace(/[dgy]/g, '');
  try {
    const { reports } = analyse({ source: withKnownProperties(source), flags: plain });
    // A sticky expression is tried at one place, so that it may read on in vain.
    const [found] = reports.filter(({ type }) => type !== 'Move' || !flags.includes('y'));
    return found === undefined ? undefined : describe(found.type);
  } catch (error) {
    throw new Error(`/${source}/${flags} cannot be analysed`, { cause: error });
  }
}

function describe(type: 'Self' | 'Trade' | 'Move'): string {
  switch (type) {
    case 'Self':
      return 'a quantifier can match the same text in several ways';
    case 'Trade':
      return 'two quantifiers can trade characters';
    case 'Move':
      return 'it can read on from every place in vain';
    default:
      return type satisfies never;
  }
}

/** Properties that the analysis has no table of, as what they stand for. */
function withKnownProperties(source: string): string {
  const known = { EMod: '\\u{1f3fb}-\\u{1f3ff}', RI: '\\u{1f1e6}-\\u{1f1ff}' };
  let inClass = false;
  return source.replace(/\\p\{(EMod|RI)\}|\\.|[[\]]/gsu, (part, name?: keyof typeof known) => {
    if (part === '[' || part === ']') inClass = part === '[';
    if (name === undefined) return part;
    return inClass ? known[name] : `[${known[name]}]`;
  });
}

function byTrying(source: string, flags: string): string | undefined {
  if (flags.includes('y')) return undefined;
  const all = new RegExp(source, flags.includes('g') ? flags : `${flags}g`);
  const msFor = (unit: string, end: string, chars: number): number => {
    const text = unit.repeat(Math.ceil(chars / unit.length)) + end;
    const start = process.cpuUsage();
    text.replace(all, '');
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const leastMs = (unit: string, end: string, chars: number, tries: number): number =>
    Math.min(...Array.from({ length: tries }, () => msFor(unit, end, chars)));
  for (const unit of unitsOf(source, flags))
    for (const end of ['', '\u0001', '\n', '(']) {
      const grows = (tries: number): boolean => {
        const ms = leastMs(unit, end, triedChars, tries);
        return ms > minMs && ms > maxGrowth * leastMs(unit, end, triedChars / 4, tries);
      };
      // Other threads of this process count too: what disturbs a measurement does not disturb eight.
      if (grows(1) && grows(8)) return `it takes long on ${JSON.stringify(unit)} repeated`;
    }
  return undefined;
}

/** Beginnings of what it matches, and what its quantifiers repeat. */
function unitsOf(source: string, flags: string): ReadonlySet<string> {
  const random = seededRandom(source.length);
  const pattern = new RegExpParser().parsePattern(source, undefined, undefined, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  const units = new Set<string>();
  for (let made = 0; made < unitsEach; made++) {
    const text = chosen(pattern.alternatives, random)
      .elements.map(element => sampleOf(element, random))
      .join('');
    const start = random() < 0.5 ? 0 : Math.floor(random() * text.length);
    const unit = text.slice(start, start + 1 + Math.floor(random() * Math.min(40, text.length)));
    if (unit !== '') units.add(unit);
  }
  return units;
}

function sampleOf(node: AST.Element, random: Random): string {
  switch (node.type) {
    case 'Character':
      return String.fromCodePoint(node.value);
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return oneOf(node, random);
    case 'Group':
    case 'CapturingGroup':
      return chosen(node.alternatives, random)
        .elements.map(element => sampleOf(element, random))
        .join('');
    case 'Quantifier': {
      const count = Math.min(node.max, node.min + Math.floor(random() * 3));
      return Array.from({ length: count }, () => sampleOf(node.element, random)).join('');
    }
    case 'Assertion':
    case 'Backreference':
      return '';
    default:
      return node satisfies never;
  }
}

const characters = Array.from(' \t\n_$-+*/\\.,:;=<>()[]{}"\'`#@!?&|~^%aZx09é漢©😀', each => each);

/** A character that the set has: one of those that code is made of. */
function oneOf({ raw }: AST.Node, random: Random): string {
  const set = new RegExp(`^${raw === '.' ? '[^\\n]' : raw}$`, 'u');
  const found = characters.filter(each => set.test(each));
  return found.length === 0 ? '' : chosen(found, random);
}

function chosen<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}
