// What a question wants to know of its subject: where it is, how it is tested, what it is set to. Each has kinds of text
// that answer it, and words that say what is wanted and nothing of the subject.

import type { WordWeight } from './questionTerms.ts';
import type { TextKind } from './textKind.ts';
import { isChangelog, textKind } from './textKind.ts';

export type Aspect = 'code' | 'tests' | 'settings' | 'addition' | 'history' | 'examples';

type KindWeights = Readonly<Record<TextKind, number>>;

const codeWeights: KindWeights = {
  source: 1,
  example: 0.45,
  test: 0.4,
  guide: 0.62,
  record: 0.2,
  markup: 0.6,
  data: 0.5,
  other: 0.55,
};

const kindWeights: Readonly<Record<Aspect, KindWeights>> = {
  code: codeWeights,
  tests: { ...codeWeights, source: 0.25, test: 1, guide: 0.1, record: 0.02, example: 0.1, data: 0.1 },
  settings: { ...codeWeights, test: 0.25, example: 0.35, data: 0.6 },
  addition: { ...codeWeights, guide: 0.5 },
  history: { ...codeWeights, record: 0.8 },
  examples: { ...codeWeights, example: 1, test: 0.8, guide: 0.9, source: 0.6 },
};

/** How well a file's kind suits what is asked. */
export function kindWeight(path: string, aspect: Aspect): number {
  if (aspect === 'history' && isChangelog(path)) return 1.5;
  return kindWeights[aspect][textKind(path)];
}

/** Words that say what is wanted: they count so much, beside 1 for those of the subject. */
export function weightOfWords(aspect: Aspect): WordWeight {
  const own = asking[aspect];
  return word => (own.has(word) ? ownWeights[aspect] : weakWords.has(word) ? weakWeight : 1);
}

const weakWeight = 0.3;
const ownWeights: Readonly<Record<Aspect, number>> = {
  code: 0.3,
  tests: 0.02,
  settings: 0.35,
  addition: 0.02,
  history: 0.1,
  examples: 0.05,
};

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

const asking: Readonly<Record<Aspect, ReadonlySet<string>>> = {
  code: new Set(),
  tests: wordSet(
    'test tests tested testing covers cover covered coverage covering spec specs exercise exercises exercised check checks checked verify verified unit integration',
  ),
  settings: wordSet(
    'default defaults configured configuration configurations configure config setting settings set option options value values used enabled limit parameter parameters change changed which',
  ),
  addition: wordSet(
    'add adding new another create creating make making write writing implement introduce extend register own custom support further additional',
  ),
  history: wordSet(
    'changed change changes changelog since version versions released release history recently last introduced removed deprecated when',
  ),
  examples: wordSet('example examples sample samples demo use using'),
};

/** Verbs and nouns of asking that stand in code for other things. */
const weakWords = wordSet(
  'implemented implementation implementations implement defined definition handled handles handle handling work works working used use uses using done made kept live lives found come comes go goes ' +
    'stuff thing things logic part parts responsible inside contain contains containing purpose difference mean means exactly start stop get gets got take takes turned into like kind',
);
