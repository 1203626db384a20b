// Whether a pattern of a tokenizer.json takes linear time on every text. It comes from somebody else's file and runs on
// whatever is typed, so one that runs away would stop the engine. The rule is conservative: it refuses many a harmless
// pattern, but admits those of the published byte-level tokenizers.

/**
 * True only where finding all matches takes time linear in the text. Each alternative must be a sequence of characters
 * and classes in which everything from the first unbounded quantifier on is optional: it then matches what it has read
 * and never backtracks over it. What stands before may backtrack over a bounded number of ways only.
 */
export function isLinearPattern(pattern: string): boolean {
  if (pattern.length > longestPattern) return false;
  const head = heads.find(known => pattern.startsWith(`${known}|`));
  let rest = head === undefined ? pattern : pattern.slice(head.length + 1);
  const tail = tails.find(known => rest === known || rest.endsWith(`|${known}`));
  if (tail !== undefined) rest = rest.slice(0, Math.max(0, rest.length - tail.length - 1));
  if (rest === '') return tail !== undefined;
  return areLinearAlternatives(rest);
}

const longestPattern = 4_000;
/** Of the parts of the pattern: making the automaton of a class of Unicode takes a millisecond, of hundreds a second. */
const maxParts = 100;
/** Ways in which the bounded part of an alternative may be matched. */
const maxWays = 256;

/**
 * Ends of published patterns whose alternatives are linear only together: where one has read a run in vain, the next
 * consumes it. The last is that of the bundled model.
 */
const tails = [
  String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`,
  String.raw`\s*[\r\n]|\s+(?!\S)|\s+`,
  String.raw`\s+(?!\S)|\s+`,
  String.raw`\n[ \t]*|[ \t]+(?=\S)|\s+`,
];

const contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const before = String.raw`[^\r\n\p{L}\p{N}]?`;

/** Beginnings for which the same holds: words by their capitals, of o200k_base and of Mistral's Tekken. */
const heads = [contraction, ''].map(
  end => `${before}${upper}*${lower}+${end}|${before}${upper}+${lower}*${end}`,
);

/** One character or class, or a group of plain texts, then its quantifier. */
const part = new RegExp(
  [
    String.raw`(?<group>\((?:\?i?:)?[A-Za-z']+(?:\|[A-Za-z']+)*\))`,
    String.raw`\[\^?(?:\\(?:[pP]\{[\w=]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[sSdDwWnrtfv]|[^\w\s])|&(?!&)|[^\\[\]&])+\]`,
    String.raw`\\(?:[pP]\{[\w=]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[sSdDwWnrtfv]|[^\w\s])`,
    String.raw`[^\\^$.*+?()[\]{}|]`,
    String.raw`\.`,
  ]
    .join('|')
    .replace(/^/, '(?:') + String.raw`)(?<quantifier>[*+?]|\{\d{1,3}(?:,\d{0,3})?\})?(?![*+?{])`,
  'uy',
);

/** Reads the parts from left to right, each alternative anew at its `|`. */
function areLinearAlternatives(pattern: string): boolean {
  let parts = 0;
  let ways = 1;
  let isUnbounded = false;
  let isEmpty = true;
  for (let at = 0; at < pattern.length;) {
    if (pattern[at] === '|') {
      if (isEmpty) return false;
      [ways, isUnbounded, isEmpty] = [1, false, true];
      at++;
      continue;
    }
    part.lastIndex = at;
    const found = part.exec(pattern);
    if (found === null || ++parts > maxParts) return false;
    const { least, most } = bounds(found.groups?.['quantifier']);
    const group = found.groups?.['group'];
    if (group !== undefined && most > 1) return false;
    if (isUnbounded && least > 0) return false;
    if (most === Infinity) isUnbounded = true;
    else ways *= (most - least + 1) * (group === undefined ? 1 : group.split('|').length);
    if (ways > maxWays || least > maxWays || most < least) return false;
    isEmpty = false;
    at = part.lastIndex;
  }
  return !isEmpty;
}

function bounds(quantifier: string | undefined): { readonly least: number; readonly most: number } {
  if (quantifier === undefined) return { least: 1, most: 1 };
  if (quantifier === '?') return { least: 0, most: 1 };
  if (quantifier === '*') return { least: 0, most: Infinity };
  if (quantifier === '+') return { least: 1, most: Infinity };
  const [least = '', most = least] = quantifier.slice(1, -1).split(',');
  return { least: Number(least), most: most === '' ? Infinity : Number(most) };
}
