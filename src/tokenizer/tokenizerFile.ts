// Checks a parsed tokenizer.json before the tokenizer library sees it, because that trusts what it reads: an id of
// four billion keeps it in a loop for minutes, and a merge into an unknown token silently loses text.

import * as v from 'valibot';
import { byteLevelAlphabet } from './byteLevel.ts';
import { preTokenizerSchema } from './preTokenizer.ts';

/** A tokenizer.json is damaged, or of a kind that does not run here. Names the file. */
export class TokenizerError extends Error {}

export interface TokenizerFile {
  /** What the tokenizer library is given: the pre-tokenizer and the model, and nothing that was not checked. */
  readonly json: object;
  /** Ids of the tokens that text is made of, by their letters. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Ids of special and other added tokens, by their text. */
  readonly added: ReadonlyMap<string, number>;
}

const idLimit = 2 ** 24;

/** Throws a TokenizerError that names `file` and the fault when it is no byte-level BPE tokenizer. */
export function checkTokenizerFile(json: object, file: string): TokenizerFile {
  const fault = (problem: string) => new TokenizerError(`${file}: ${problem}; use the model's own file`);
  const parsed = v.safeParse(fileSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const place = v.getDotPath(issue) ?? 'the file';
    const problem = issue.type === 'check' || issue.type === 'union' ? issue.message : undefined;
    throw fault(`${place} ${problem ?? 'is not what a byte-level BPE tokenizer has there'}`);
  }
  const { model, added_tokens, pre_tokenizer } = parsed.output;
  const owners = new Map<number, string>();
  const claim = (token: string, id: unknown): number => {
    const known = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 && id < idLimit;
    if (!known) throw fault(`the token ${JSON.stringify(token)} has the id ${String(id)}`);
    const owner = owners.get(id) ?? token;
    if (owner !== token)
      throw fault(`${JSON.stringify(owner)} and ${JSON.stringify(token)} share the id ${id}`);
    owners.set(id, token);
    return id;
  };
  const vocabulary = new Map(Object.entries(model.vocab).map(([token, id]) => [token, claim(token, id)]));
  const added = new Map(added_tokens.map(({ content, id }) => [content, claim(content, id)]));
  const missing = byteLevelAlphabet.letters.find(letter => !vocabulary.has(letter));
  if (missing !== undefined) {
    throw fault(`not a byte-level BPE tokenizer, it has no token ${JSON.stringify(missing)}`);
  }
  const merges = model.merges.map((merge, index) => {
    const [left, right, more] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (left === undefined || right === undefined || more !== undefined || !vocabulary.has(left + right)) {
      throw fault(`model.merges.${index} does not make a token of the vocabulary`);
    }
    return [left, right];
  });
  const { vocab, ignore_merges } = model;
  return {
    json: { ...unused, pre_tokenizer, model: { type: 'BPE', vocab, merges, ignore_merges } },
    vocabulary,
    added,
  };
}

/** Text reaches the pieces as it is, special tokens are found and tokens decoded without the library. */
const unused = { normalizer: null, post_processor: null, decoder: null, added_tokens: [] };

const absent = v.nullish(v.literal(''));

const fileSchema = v.looseObject({
  model: v.looseObject({
    // Files of older versions of the tokenizers library do not say it.
    type: v.optional(v.literal('BPE')),
    vocab: v.custom<object>(value => typeof value === 'object' && value !== null && !Array.isArray(value)),
    merges: v.union([v.array(v.string()), v.array(v.tuple([v.string(), v.string()]))]),
    continuing_subword_prefix: absent,
    end_of_word_suffix: absent,
    ignore_merges: v.nullish(v.boolean(), false),
  }),
  pre_tokenizer: preTokenizerSchema,
  added_tokens: v.array(v.looseObject({ id: v.number(), content: v.pipe(v.string(), v.nonEmpty()) })),
});
