// What words of questions mean in code: a vector for each word of a question and another for each word of code, learnt
// from documentation and the functions it documents (models/words/README.md). A question and a chunk are the sums of
// theirs, and their cosine says how well they agree where they share no word (`remove` and `deleteItem`).

import type { ReadAsset } from '../../base/files.ts';
import { parseSafetensors } from '../../model/safetensors.ts';
import type { TensorView } from '../../model/safetensors.ts';
import { identifiersOf, partsOf, stemOf } from './words.ts';

/** Numbers of a vector. */
const vectorSize = 64;
/** Each integer holds so many numbers of a vector, of seven bits each. */
const perInteger = 4;
export const vectorIntegers = vectorSize / perInteger;
/** A number in [-1, 1] is kept as one of 127 steps around this. */
const middle = 64;
const steps = 63;

/** Words of a field that count, and of the fields of code the same that training looked at. */
const maxWords = { question: 200, name: 200, container: 200, signature: 60, body: 200 } as const;
const maxDifferent = 120;
/** Text looked at for each of them, white space and punctuation included. */
const maxCharsPerWord = 100;

export interface CodeText {
  readonly name: string;
  readonly container: string;
  readonly signature: string;
  readonly body: string;
}

export interface NearWord {
  readonly word: string;
  readonly cosine: number;
}

export class WordVectors {
  private readonly ids: ReadonlyMap<string, number>;
  private readonly question: Float32Array;
  private readonly code: Float32Array;
  private readonly fieldWeights: Float32Array;
  /** Of the vectors of code; made when first asked for. */
  private lengths: Float32Array | undefined;

  constructor(
    vocabulary: readonly string[],
    tables: {
      readonly question: Float32Array;
      readonly code: Float32Array;
      readonly fieldWeights: Float32Array;
    },
  ) {
    this.ids = new Map(vocabulary.map((word, id) => [word, id]));
    this.question = tables.question;
    this.code = tables.code;
    this.fieldWeights = tables.fieldWeights;
  }

  /** Whether a stem is a word that questions or code are known to use. */
  knows(stem: string): boolean {
    return this.ids.has(stem);
  }

  /** Of length 1, or of zeros where no word is known. */
  ofQuestion(text: string): Float32Array {
    const vector = new Float32Array(vectorSize);
    this.add(vector, this.question, stemsOf(text, maxWords.question), 1);
    return normalized(vector);
  }

  /** The same of a chunk, as `vectorIntegers` integers below 2^28. */
  ofCode({ name, container, signature, body }: CodeText): number[] {
    const vector = new Float32Array(vectorSize);
    const texts = [
      stemsOf(name, maxWords.name),
      stemsOf(container, maxWords.container),
      stemsOf(signature, maxWords.signature),
      stemsOf(body, maxWords.body),
    ];
    for (const [field, words] of texts.entries())
      this.add(vector, this.code, words, this.fieldWeights[field] ?? 0);
    return pack(normalized(vector));
  }

  /** Words of code that mean what a word of a question does, it itself left out, best first; all are stems. */
  nearWords(stem: string, minCosine: number, most: number): readonly NearWord[] {
    const id = this.ids.get(stem);
    if (id === undefined) return [];
    const vector = normalized(vectorAt(this.question, id));
    this.lengths ??= Float32Array.from(this.ids.values(), other => lengthOf(vectorAt(this.code, other)));
    const near: NearWord[] = [];
    for (const [word, other] of this.ids) {
      const cosine = dot(vector, vectorAt(this.code, other)) / (this.lengths[other] ?? 1);
      if (cosine >= minCosine && other !== id) near.push({ word, cosine });
    }
    return near.sort((a, b) => b.cosine - a.cosine).slice(0, most);
  }

  private add(vector: Float32Array, table: Float32Array, words: readonly string[], weight: number): void {
    const counts = new Map<number, number>();
    for (const word of words) {
      const id = this.ids.get(word);
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const different = [...counts].slice(0, maxDifferent);
    const scale = weight / Math.sqrt(Math.max(1, different.length));
    for (const [id, count] of different) {
      const factor = scale * (1 + Math.log(count));
      for (let at = 0; at < vectorSize; at++)
        vector[at] = (vector[at] ?? 0) + factor * (table[id * vectorSize + at] ?? 0);
    }
  }
}

/** Of no word: retrieval then goes by the words themselves. */
export const noWordVectors = new WordVectors([], {
  question: new Float32Array(),
  code: new Float32Array(),
  fieldWeights: new Float32Array(),
});

/** Reads `words/words.safetensors` and `words/vocabulary.txt`. Throws where one is missing or damaged. */
export async function readWordVectors(asset: ReadAsset): Promise<WordVectors> {
  const file = 'words/words.safetensors';
  const tensors = parseSafetensors(await asset(file), file);
  const text = new TextDecoder().decode(await asset('words/vocabulary.txt'));
  const vocabulary = text.trimEnd().split('\n');
  const tensor = (name: string, shape: readonly number[]): TensorView => {
    const found = tensors.get(name);
    if (found?.shape.join() !== shape.join())
      throw new Error(
        `${file}: ${name} must have the shape [${shape.join(', ')}]; install the extension anew`,
      );
    return found;
  };
  const count = vocabulary.length;
  const table = (name: string): Float32Array => {
    const { data } = tensor(name, [count, vectorSize]);
    const scales = floats(tensor(`${name}.scale`, [count]));
    const values = new Int8Array(data.buffer, data.byteOffset, data.byteLength);
    return Float32Array.from(values, (value, at) => value * (scales[Math.floor(at / vectorSize)] ?? 0));
  };
  return new WordVectors(vocabulary, {
    question: table('question'),
    code: table('code'),
    fieldWeights: floats(tensor('fields', [4])),
  });
}

function floats({ data }: TensorView): Float32Array {
  const copy = data.slice();
  return new Float32Array(copy.buffer, copy.byteOffset, copy.byteLength / 4);
}

/** The cosine of a vector of length 1 and one that `ofCode` packed at `start` of `integers`. */
export function packedCosine(vector: Float32Array, integers: Int32Array, start: number): number {
  let sum = 0;
  for (let at = 0; at < vectorIntegers; at++) {
    const packed = integers[start + at] ?? 0;
    const first = perInteger * at;
    sum +=
      (vector[first] ?? 0) * ((packed & 127) - middle) +
      (vector[first + 1] ?? 0) * (((packed >>> 7) & 127) - middle) +
      (vector[first + 2] ?? 0) * (((packed >>> 14) & 127) - middle) +
      (vector[first + 3] ?? 0) * (((packed >>> 21) & 127) - middle);
  }
  return sum / steps;
}

function pack(vector: Float32Array): number[] {
  return Array.from({ length: vectorIntegers }, (_, at) => {
    let packed = 0;
    for (let part = 0; part < perInteger; part++)
      packed |= (Math.round((vector[perInteger * at + part] ?? 0) * steps) + middle) << (7 * part);
    return packed;
  });
}

function vectorAt(table: Float32Array, id: number): Float32Array {
  return table.subarray(id * vectorSize, (id + 1) * vectorSize);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < vectorSize; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

function normalized(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  return length === 0 ? vector : vector.map(value => value / length);
}

function stemsOf(text: string, most: number): readonly string[] {
  const stems: string[] = [];
  for (const identifier of identifiersOf(text.slice(0, most * maxCharsPerWord))) {
    for (const part of partsOf(identifier)) stems.push(stemOf(part));
    if (stems.length >= most) break;
  }
  return stems.slice(0, most);
}
