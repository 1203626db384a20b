// Questions in other languages, read as English word by word: enough for the words that such questions are made of, since
// what they ask for is named in English in the code. Words that are not known stay as they are.

import data from './questionWords.json' with { type: 'json' };
import { isStopWord } from './words.ts';

type Language = keyof typeof data.languages;

interface Dictionary {
  readonly whole: ReadonlyMap<string, string>;
  /** Beginnings of words, the longest first. */
  readonly beginnings: readonly (readonly [string, string])[];
  /** Several words, with spaces between them. */
  readonly phrases: readonly (readonly [string, string])[];
}

/** Characters of a question that are read. */
const maxChars = 1_000;

/** The question in English; undefined where it is English, or in no language that is known. */
export function inEnglish(question: string): string | undefined {
  const text = question.slice(0, maxChars).toLowerCase();
  const language = languageOfQuestion(text);
  if (language === undefined) return undefined;
  const dictionary = dictionaryOf(language);
  const words =
    language === 'zh' || language === 'ja'
      ? segmented(question.slice(0, maxChars), dictionary)
      : translated(question.slice(0, maxChars), dictionary, language);
  return questionWordFirst(words).join(' ');
}

function languageOfQuestion(text: string): Language | undefined {
  if (/[\u3040-\u30ff]/.test(text)) return 'ja';
  if (/[\uac00-\ud7af]/.test(text)) return 'ko';
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  if (/\p{Script=Cyrillic}/u.test(text)) return 'ru';
  const words = text.match(/[\p{L}]+/gu) ?? [];
  const english = words.filter(word => isStopWord(word) || englishWords.has(word)).length;
  let best: Language | undefined;
  let most = Math.max(1, english);
  for (const language of ['de', 'fr', 'es', 'pt'] as const) {
    const { whole } = dictionaryOf(language);
    const known = words.filter(word => whole.has(word)).length;
    if (known > most) {
      best = language;
      most = known;
    }
  }
  return best;
}

/** Word by word; German compounds are taken apart. */
function translated(text: string, { whole, beginnings, phrases }: Dictionary, language: Language): string[] {
  let rest = text;
  for (const [phrase, english] of phrases) rest = rest.replaceAll(new RegExp(phrase, 'giu'), ` ${english} `);
  const known = (word: string): string | undefined =>
    whole.get(word) ?? beginnings.find(([beginning]) => word.startsWith(beginning))?.[1];
  return (rest.match(/`[^`]*`|[\w./]*[\w]\/[\w./-]+|[\p{L}\p{N}_.]*[\p{L}\p{N}_]/gu) ?? []).flatMap(token => {
    const word = token.toLowerCase();
    if (/[`/]|\w\.\w/.test(token)) return [token];
    const compound = language === 'de' ? compoundOf(word, whole, known) : undefined;
    const english = whole.get(word) ?? compound ?? known(word);
    if (english !== undefined) return english.split(' ');
    return /^[\x20-\x7e\u00c0-\u017f]+$/.test(token) ? [token] : [];
  });
}

const fewestPartChars = 3;

/** `dateitypen` is file type, `zeilennummern` line number; undefined of what has no two known parts. */
function compoundOf(
  word: string,
  whole: ReadonlyMap<string, string>,
  known: (word: string) => string | undefined,
): string | undefined {
  for (let at = word.length - fewestPartChars; at >= fewestPartChars; at--) {
    const first = whole.get(word.slice(0, at)) ?? whole.get(word.slice(0, at).replace(/(?:s|n|en|es)$/, ''));
    const second = first === undefined ? undefined : known(word.slice(at));
    if (first !== undefined && second !== undefined) return `${first} ${second}`;
  }
  return undefined;
}

/** Languages that put no spaces between words: the longest known word at each place. What is not known is passed over. */
function segmented(text: string, { whole, beginnings }: Dictionary): string[] {
  const entries = [...whole, ...beginnings].toSorted(([a], [b]) => b.length - a.length);
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    const latin = /^[\w./-]+/.exec(text.slice(at, at + 100))?.[0];
    if (latin !== undefined) {
      words.push(latin);
      at += latin.length;
      continue;
    }
    const found = entries.find(([word]) => text.startsWith(word, at));
    if (found !== undefined) words.push(...found[1].split(' '));
    at += found?.[0].length ?? 1;
  }
  return words;
}

/** English puts the word that asks first, and intents are recognised by it. */
function questionWordFirst(words: readonly string[]): readonly string[] {
  const at = words.findIndex(word => askingWords.has(word));
  return at <= 0 ? words : [words[at] ?? '', ...words.slice(0, at), ...words.slice(at + 1)];
}

const askingWords = new Set(['where', 'how', 'what', 'which', 'when', 'why']);
const englishWords = new Set(
  'find explain does add another default test tests file folder used called'.split(' '),
);

const dictionaries = new Map<Language, Dictionary>();

function dictionaryOf(language: Language): Dictionary {
  const known = dictionaries.get(language);
  if (known !== undefined) return known;
  const whole = new Map<string, string>();
  const beginnings: (readonly [string, string])[] = [];
  const phrases: (readonly [string, string])[] = [];
  for (const [english, words] of Object.entries(data.languages[language]))
    for (const word of words) {
      if (word.endsWith('*') && !word.includes(' ')) beginnings.push([word.slice(0, -1), english]);
      else if (word.includes(' ')) phrases.push([word.replaceAll('*', '\\p{L}*'), english]);
      else whole.set(word.toLowerCase(), english);
      if (language === 'ko' && !word.includes(' ')) beginnings.push([word.replace('*', ''), english]);
    }
  beginnings.sort(([a], [b]) => b.length - a.length);
  const dictionary = { whole, beginnings, phrases };
  dictionaries.set(language, dictionary);
  return dictionary;
}
