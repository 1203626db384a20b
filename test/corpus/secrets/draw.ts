// Draws made-up secrets from templates by a seeded generator: `«…»` encloses what must not pass, `{kind:n}` is n
// characters drawn at random. So no value that a scanner would take for a leak stands in the repository.

import type { Random } from '../../../src/base/random.ts';

/** Path of an ordinary file, and its text. */
export type Template = readonly [path: string, text: string];
export type Groups = Readonly<Record<string, readonly Template[]>>;

export interface Sample {
  readonly path: string;
  readonly text: string;
  /** The parts of the text that must not pass; a part of several lines is split into them. */
  readonly secrets: readonly string[];
}

export function drawSample([path, template]: Template, random: Random): Sample {
  const drawn = template.replace(/\{([a-z\d]+):(\d+)\}/g, (_whole, kind: string, count: string) =>
    draw(kind, Number(count), random),
  );
  const secrets = [...drawn.matchAll(/«([^»]*)»/g)].flatMap(([, secret = '']) => secret.split('\n'));
  return { path, text: `${ordinary}${drawn.replace(/[«»]/g, '')}\nthe last line\n`, secrets };
}

/** So much that a long key does not make the file look minified. */
const ordinary = 'one ordinary line of many\n'.repeat(200);

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
/** Those that need no escape in a quoted string or a shell word of ours. */
const signs = '!@#%^&*()-_=+[]{}:,.?~';
const words = 'Summer Winter Dragon Falcon Monkey Harbor Purple Copper Rocket Wizard'.split(' ');

const alphabets: Readonly<Record<string, string>> = {
  alnum: lower + upper + digits,
  lower: lower + digits,
  letters: lower + upper,
  upper: upper + digits,
  base32: `${upper}234567`,
  digits,
  hex: `${digits}abcdef`,
  b64: `${lower}${upper}${digits}+/`,
  b64url: `${lower}${upper}${digits}-_`,
  django: `${lower}${digits}!@#$%^&*(-_=+)`,
  wordpress: `${lower}${upper}${digits}!@#%^&*()-_ []{}<>~+=,.;:/?|`,
};

function draw(kind: string, count: number, random: Random): string {
  const pick = (from: string): string => from.charAt(Math.floor(random() * from.length));
  const many = (from: string, length: number): string => Array.from({ length }, () => pick(from)).join('');
  const alphabet = alphabets[kind];
  if (alphabet !== undefined) return many(alphabet, count);
  switch (kind) {
    case 'pad':
      return 'lorem ipsum, '.repeat(Math.ceil(count / 13)).slice(0, count);
    case 'pem':
      return Array.from({ length: count }, () => many(alphabets['b64'] ?? '', 64)).join('\n');
    case 'python':
      return Array.from({ length: count }, () => `\\x${many('0123456789abcdef', 2)}`).join('');
    // As a person makes one up: a word, digits, a sign or none.
    case 'human':
      return `${words[Math.floor(random() * words.length)] ?? ''}${many(digits, count)}`
        .slice(0, count - 1)
        .concat(pick(`${digits}!#_@$`));
    // As a generator makes one: all classes, in any order.
    case 'sign': {
      const fixed = [pick(lower), pick(upper), pick(digits), pick(signs), pick(signs)];
      const rest = many(lower + upper + digits + signs, count - fixed.length);
      const at = Math.floor(random() * rest.length);
      return rest.slice(0, at) + fixed.join('') + rest.slice(at);
    }
    default:
      throw new Error(`a template draws ${kind}, which is none of ${Object.keys(alphabets).join(', ')}`);
  }
}
