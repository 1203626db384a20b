// The names of code that a question speaks of, so that language servers can be asked about them.

/** Names looked up at most. */
const maxNames = 3;

/** Words that a question may be made of, and that no one asks a language server for. */
const plain = new Set(
  (
    'a an and are as at be by can class code do does example explain file files find for from function get has have how i ' +
    'implemented in is it its me method module of on or show test that the there this to type use used uses using what ' +
    'when where which who why with work works'
  ).split(' '),
);

/**
 * What looks like a name in the question, best first: what is quoted, then what no prose would write (`camelCase`,
 * `snake_case`, `call()`), then, where the question is short, any word.
 */
export function namesIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/[`'"]([A-Za-z_$][\w$]*)(?:\(\))?[`'"]/g)].map(([, name = '']) => name);
  const words = [...text.matchAll(/[A-Za-z_$][\w$]*(?=(\(\))?)/g)];
  const odd = words
    .filter(([word, call]) => call !== undefined || /[a-z\d][A-Z]|_|\$|\d/.test(word))
    .map(([word]) => word);
  const isShort = words.length <= 6;
  const others = isShort ? words.map(([word]) => word).filter(word => !plain.has(word.toLowerCase())) : [];
  return [...new Set([...quoted, ...odd, ...others])].slice(0, maxNames);
}
