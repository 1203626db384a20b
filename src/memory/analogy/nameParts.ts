// Names and their parts: `findByTitle`, `find_by_title` and `FIND_BY_TITLE` are one name in three spellings. A renaming
// that is learnt from one spelling is applied to another, its case and plural kept.

/** Words of a name, and what stands before each: `_` or nothing; the last separator stands behind the last word. */
export interface NameParts {
  readonly words: readonly string[];
  readonly separators: readonly string[];
}

/** Splits at underscores, at dollar signs, and where a capital follows; digits go with the word before them. */
export function namePartsOf(name: string): NameParts {
  const words: string[] = [];
  const separators: string[] = [];
  let from = 0;
  for (const match of name.matchAll(wordPattern)) {
    separators.push(name.slice(from, match.index));
    words.push(match[0]);
    from = match.index + match[0].length;
  }
  separators.push(name.slice(from));
  return { words, separators };
}

const wordPattern = /[A-Z]+(?![a-z])\d*|[A-Z]?(?:[a-z]|[^\0-\x7f])+\d*|[A-Z]|\d+/g;

/** What words of one name stand in place of words of the other; undefined where too many differ to tell. */
export function differingWords(from: NameParts, to: NameParts): readonly WordChange[] | undefined {
  const changes = from.words.length === to.words.length ? changedInPlace(from.words, to.words) : undefined;
  return changes ?? changedRun(from.words, to.words);
}

/** Some words in a row in place of others. */
export interface WordChange {
  /** In lower case and singular. */
  readonly from: readonly string[];
  /** In lower case. */
  readonly to: readonly string[];
  /** Whether the last word that they stand in place of was plural. */
  readonly isFromPlural: boolean;
}

function changedInPlace(from: readonly string[], to: readonly string[]): readonly WordChange[] | undefined {
  const changes: WordChange[] = [];
  for (const [index, word] of from.entries()) {
    const other = to[index] ?? '';
    if (word.toLowerCase() === other.toLowerCase()) continue;
    changes.push(changeOf([word], [other]));
  }
  // Names with nothing in common tell of their words only where they are one word each.
  return changes.length < from.length || from.length === 1 ? changes : undefined;
}

/** The words between a common beginning and a common end. */
function changedRun(from: readonly string[], to: readonly string[]): readonly WordChange[] | undefined {
  const same = (a = '', b = '') => stemOf(a) === stemOf(b);
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && same(from[start], to[start])) start++;
  let end = 0;
  while (end < shorter - start && same(from.at(-1 - end), to.at(-1 - end))) end++;
  const change = changeOf(from.slice(start, from.length - end), to.slice(start, to.length - end));
  return change.from.length === 0 || change.to.length === 0 ? undefined : [change];
}

function changeOf(from: readonly string[], to: readonly string[]): WordChange {
  return {
    from: from.map(stemOf),
    to: to.map(word => word.toLowerCase()),
    isFromPlural: isPlural(from.at(-1)),
  };
}

/** A name with words changed, each spelt as the name is; undefined where none of the changes applies. */
export function renameWords(name: string, changes: readonly WordChange[]): string | undefined {
  const parts = namePartsOf(name);
  const { words, separators } = parts;
  let renamed = '';
  let isChanged = false;
  for (let index = 0; index < words.length;) {
    const change = changes.find(({ from }) =>
      from.every((word, offset) => stemOf(words[index + offset]) === word),
    );
    renamed += separators[index] ?? '';
    if (change === undefined || change.from.length === 0) {
      renamed += words[index++] ?? '';
      continue;
    }
    const old = words.slice(index, index + change.from.length);
    renamed += spelt(inNumberOf(change, old), old, separators.slice(1, -1));
    isChanged = true;
    index += old.length;
  }
  return isChanged ? renamed + (separators[words.length] ?? '') : undefined;
}

/** Words spelt as those they stand in place of. */
function spelt(words: readonly string[], old: readonly string[], separators: readonly string[]): string {
  const [first = ''] = old;
  const separator = separators.find(each => each !== '') ?? '';
  const isUpper = first.length > 1 && first === first.toUpperCase() && first !== first.toLowerCase();
  const isCapital = !isUpper && first !== first.toLowerCase();
  return words
    .map((word, index) => {
      if (isUpper) return word.toUpperCase();
      // In camelCase every word but the first has a capital.
      const hasCapital = isCapital || (index > 0 && separator === '');
      return hasCapital ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    })
    .join(separator);
}

/** The new words as they are where the old are of the number they were learnt in, else in the other. */
function inNumberOf({ to, isFromPlural }: WordChange, old: readonly string[]): readonly string[] {
  const last = to.at(-1) ?? '';
  const wantsPlural = isPlural(old.at(-1));
  if (wantsPlural === isFromPlural) return to;
  return [
    ...to.slice(0, -1),
    wantsPlural && !isPlural(last) ? pluralOf(last) : wantsPlural ? last : stemOf(last),
  ];
}

function isPlural(word = ''): boolean {
  return word.length > 3 && /[^s]s$/i.test(word) && !/(?:us|is|as)$/i.test(word);
}

/** In lower case and singular, by the usual endings of English alone. */
function stemOf(word = ''): string {
  const lower = word.toLowerCase();
  if (!isPlural(lower)) return lower;
  if (/[^aeiou]ies$/.test(lower)) return `${lower.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss)es$/.test(lower)) return lower.slice(0, -2);
  return lower.slice(0, -1);
}

function pluralOf(stem: string): string {
  if (/[^aeiou]y$/.test(stem)) return `${stem.slice(0, -1)}ies`;
  return /(?:x|ch|sh|s)$/.test(stem) ? `${stem}es` : `${stem}s`;
}
