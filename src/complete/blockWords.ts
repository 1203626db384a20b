// Words that open and close blocks (`do … done`, `function … end`), for the languages that have them in place of
// brackets. Told by the line alone, so a word in a place where it only might open a block opens none.

export interface BlockWords {
  /** The characters that the words begin with. */
  readonly initials: string;
  /** Closers by opener. */
  readonly closers: ReadonlyMap<string, string>;
  readonly closing: ReadonlySet<string>;
  /** Whether `word` opens or closes a block there; `before` is its line up to it, `after` the text behind it. */
  readonly counts: (word: string, before: string, after: string) => boolean;
}

/** Undefined for languages of brackets. */
export function blockWords(languageId: string): BlockWords | undefined {
  return known[languageId];
}

/** The opening or closing word that begins at `at`; undefined where none does. */
export function blockWordAt(
  words: BlockWords,
  text: string,
  at: number,
  lineStart: number,
): { readonly word: string; readonly closer: string | undefined } | undefined {
  if (at > 0 && /[\w.:$@'"-]/.test(text.charAt(at - 1))) return undefined;
  wordPattern.lastIndex = at;
  const word = wordPattern.exec(text)?.[0] ?? '';
  const closer = words.closers.get(word);
  if (closer === undefined && !words.closing.has(word)) return undefined;
  const end = at + word.length;
  if (!words.counts(word, text.slice(lineStart, at), text.slice(end, end + 60))) return undefined;
  return { word, closer };
}

const wordPattern = /[a-z]+(?![\w?!])/y;

function wordsOf(pairs: Readonly<Record<string, string>>, counts: BlockWords['counts']): BlockWords {
  const closers = new Map(Object.entries(pairs));
  const closing = new Set(closers.values());
  const initials = [...new Set([...closers.keys(), ...closing].map(word => word.charAt(0)))].join('');
  return { initials, closers, closing, counts };
}

const shell = wordsOf(
  { if: 'fi', case: 'esac', do: 'done' },
  (_word, before, after) =>
    /(?:^|[;&|({`!]|\b(?:then|do|else|elif|while|until|if|time))\s*$/.test(before) && !/^[=-]/.test(after),
);

const lua = wordsOf({ function: 'end', if: 'end', do: 'end', repeat: 'until' }, (_word, _before, after) => {
  return !/^\s*=(?!=)/.test(after);
});

const rubyPairs = {
  def: 'end',
  class: 'end',
  module: 'end',
  if: 'end',
  unless: 'end',
  while: 'end',
  until: 'end',
  case: 'end',
  begin: 'end',
  for: 'end',
  do: 'end',
};
const ruby = wordsOf(rubyPairs, (word, before, after) => {
  if (word === 'end') return !/^\s*=[^=]|^:/.test(after);
  if (after.startsWith(':')) return false;
  if (word === 'do') return /^\s*(?:\||#|\r?\n|$)/.test(after) && !/^\s*(?:while|until|for)\b/.test(before);
  if (word === 'def' && /^\s+[\w.?!]+(?:\([^()\n]*\))?\s+=\s/.test(after)) return false;
  return /(?:^|;|[^=!<>]=|\|\|=)\s*$|^\s*(?:private|public|protected|private_class_method)\s+$/.test(before);
});

const elixir = wordsOf({ do: 'end', fn: 'end' }, (_word, _before, after) => !after.startsWith(':'));

const juliaPairs = {
  function: 'end',
  if: 'end',
  for: 'end',
  while: 'end',
  begin: 'end',
  let: 'end',
  struct: 'end',
  module: 'end',
  try: 'end',
  macro: 'end',
  quote: 'end',
  do: 'end',
};
const julia = wordsOf(juliaPairs, (word, before) =>
  word === 'end' || word === 'do'
    ? before.lastIndexOf('[') <= before.lastIndexOf(']')
    : /(?:^|[;=])\s*(?:mutable\s+)?$/.test(before),
);

const known: Readonly<Partial<Record<string, BlockWords>>> = {
  shellscript: shell,
  lua,
  ruby,
  crystal: ruby,
  elixir,
  julia,
};
