// Turns a pattern of Go's RE2, as gitleaks writes them, into a JavaScript one that finds the same and cannot be slow:
// flags inside the pattern become classes of both cases, and every quantifier gets an upper bound.

import type { AST } from '@eslint-community/regexpp';
import { RegExpParser } from '@eslint-community/regexpp';

export interface Translated {
  readonly source: string;
  /** Characters of the longest match. */
  readonly maxLength: number;
}

/** Stands for `*`, `+` and `{n,}`: a longer token is found by its first part, and the rest goes with it. */
const maxRepeats = 400;
/** Choices of a backtracking engine at one start; what gitleaks' bounded rules need stays far below. */
const maxChoices = 200_000;

/**
 * Throws an Error that says what is wrong where the pattern uses what JavaScript has not, or where a backtracking
 * engine could take more than a fixed number of steps from one start.
 */
export function translate(pattern: string): Translated {
  const source = bounded(withoutFlags(tidied(pattern)));
  const ast = new RegExpParser({ ecmaVersion: 2022 }).parsePattern(source);
  const choices = choicesOf(ast);
  if (choices > maxChoices) throw new Error(`a backtracking engine may make ${choices} choices: ${pattern}`);
  return { source, maxLength: maxLengthOf(ast) };
}

/**
 * An optional run of a name's characters before the part that decides finds nothing more and costs fifty tries a
 * start. What has to follow a token is a list in gitleaks; that the token ends is enough, as in `<a>token</a>`.
 */
function tidied(pattern: string): string {
  return pattern
    .replaceAll('[\\w.-]{0,50}?', '')
    .replaceAll(String.raw`(?:[\x60'"\s;]|\\[nr]|$)`, String.raw`(?![\w-])`)
    .replaceAll('[[:alnum:]]', '[A-Za-z0-9]')
    .replaceAll('[:alnum:]', 'A-Za-z0-9')
    .replaceAll('[:alpha:]', 'A-Za-z')
    .replaceAll('\\z', '(?![\\s\\S])');
}

/** Every letter under `(?i)` as a class of both its cases, and `.` under `(?s)` as any character. */
function withoutFlags(pattern: string): string {
  let result = '';
  const stack: Flags[] = [];
  let flags: Flags = { ignoreCase: false, dotAll: false };
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at);
    const group = /^\(\?([is]*)(?:-([is]+))?([:)])/.exec(rest);
    if (group !== null) {
      const [whole, on = '', off = '', end] = group;
      const changed = changedFlags(flags, on, off);
      at += whole.length - 1;
      if (end === ')') flags = changed;
      else {
        stack.push(flags);
        flags = changed;
        result += '(?:';
      }
    } else if (rest.startsWith('(')) {
      stack.push(flags);
      result += '(';
    } else if (rest.startsWith(')')) {
      flags = stack.pop() ?? flags;
      result += ')';
    } else if (rest.startsWith('[')) {
      const set = /^\[\^?\]?(?:\\.|[^\]\\])*\]/.exec(rest)?.[0];
      if (set === undefined) throw new Error(`a class has no end: ${pattern}`);
      result += classOf(set, flags.ignoreCase);
      at += set.length - 1;
    } else if (rest.startsWith('\\')) {
      const escape = /^\\(?:x[\da-fA-F]{2}|.)/.exec(rest)?.[0] ?? '';
      if (/^\\[AQEpPC]/.test(escape)) throw new Error(`${escape} has no translation: ${pattern}`);
      result += /^\\["'`/<>%#&!,;:=@_~-]$/.test(escape) && escape !== '\\/' ? escape.slice(1) : escape;
      at += escape.length - 1;
    } else {
      result += plain(rest.charAt(0), flags);
    }
  }
  return result;
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

function changedFlags(flags: Flags, on: string, off: string): Flags {
  const of = (letter: string, before: boolean): boolean =>
    on.includes(letter) || (before && !off.includes(letter));
  return { ignoreCase: of('i', flags.ignoreCase), dotAll: of('s', flags.dotAll) };
}

function plain(character: string, { ignoreCase, dotAll }: Flags): string {
  if (character === '.' && dotAll) return '[\\s\\S]';
  if (!ignoreCase || !/[a-z]/i.test(character)) return character;
  return `[${character.toLowerCase()}${character.toUpperCase()}]`;
}

/** A class with the other case of each range and letter; ranges are those that gitleaks writes, within one case. */
function classOf(set: string, ignoreCase: boolean): string {
  const [, head = '', body = ''] = /^(\[\^?)([\s\S]*)\]$/.exec(set) ?? [];
  // RE2 reads `[]a]` as JavaScript does `[\]a]`.
  const inner = body.replace(/^\]/, '\\]').replace(/(^|[^\\])\[/g, '$1\\[');
  if (!ignoreCase) return `${head}${inner}]`;
  const more = inner
    .replace(/\\x[\da-f]{2}|\\./gi, '')
    .replace(/[a-z]-[a-z]|[a-z]/gi, part => part + (isLower(part) ? part.toUpperCase() : part.toLowerCase()))
    .replace(/[^a-z-]|^-|-$|(?<![a-z])-|-(?![a-z])/gi, '');
  const escapesAndRest = inner.replace(/\\x[\da-f]{2}|\\.|[a-z]-[a-z]|[a-z]/gi, part =>
    part.startsWith('\\') ? part : '',
  );
  return `${head}${more}${escapesAndRest}]`;
}

function isLower(text: string): boolean {
  return text === text.toLowerCase();
}

/** With an upper bound on every quantifier. */
function bounded(source: string): string {
  const ast = new RegExpParser({ ecmaVersion: 2022 }).parsePattern(source);
  const edits: { start: number; end: number; text: string }[] = [];
  visit(ast, node => {
    if (node.type !== 'Quantifier' || node.max !== Infinity) return;
    const most = node.min + maxRepeats;
    edits.push({
      start: node.element.end,
      end: node.end,
      text: `{${node.min},${most}}${node.greedy ? '' : '?'}`,
    });
  });
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source);
}

function visit(node: AST.Node, see: (node: AST.Node) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

function childrenOf(node: AST.Node): readonly AST.Node[] {
  if ('alternatives' in node && node.type !== 'ClassStringDisjunction') return node.alternatives;
  if (node.type === 'Alternative') return node.elements;
  return node.type === 'Quantifier' ? [node.element] : [];
}

/** Ways in which a backtracking engine can take the node from one start, at most. */
function choicesOf(node: AST.Node): number {
  const children = childrenOf(node);
  if (node.type === 'Quantifier') {
    const once = choicesOf(node.element);
    const counts = node.max - node.min + 1;
    return once === 1 ? counts : once ** node.max * counts;
  }
  if (node.type === 'Alternative') {
    return children.reduce(
      (product, one, index) => product * (isForced(one, children[index + 1]) ? 1 : choicesOf(one)),
      1,
    );
  }
  return Math.max(
    1,
    children.reduce((sum, one) => sum + choicesOf(one), 0),
  );
}

/** A run of characters ends in one way only where what must follow is not one of them. */
function isForced(node: AST.Node, next: AST.Node | undefined): boolean {
  if (node.type !== 'Quantifier' || next === undefined) return false;
  const following = next.type === 'Quantifier' && next.min > 0 ? next.element : next;
  const [own, others] = [asciiOf(node.element), asciiOf(following)];
  return own !== undefined && others !== undefined && !others.some(code => own.includes(code));
}

/** The ASCII characters that a part of one character stands for. */
function asciiOf({ type, raw }: AST.Node): readonly number[] | undefined {
  if (type !== 'Character' && type !== 'CharacterClass' && type !== 'CharacterSet') return undefined;
  const pattern = new RegExp(`^${raw}$`);
  return Array.from({ length: 128 }, (_, code) => code).filter(code =>
    pattern.test(String.fromCharCode(code)),
  );
}

function maxLengthOf(node: AST.Node): number {
  const children = childrenOf(node).map(maxLengthOf);
  if (node.type === 'Quantifier') return (children[0] ?? 0) * node.max;
  if (node.type === 'Alternative') return children.reduce((sum, one) => sum + one, 0);
  if (node.type === 'Assertion') return 0;
  return children.length === 0 ? 1 : Math.max(...children);
}
