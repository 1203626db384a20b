// How a model is shown files, from its manifest: the special tokens that it names become ids of its tokenizer.

import type { PromptFormat } from '../../complete/context.ts';
import type { ModelFiles } from '../../model/modelFolder.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** Throws an Error that names the manifest when the tokenizer lacks a token that it names. */
export function promptFormat(
  { folder, manifest, eosTokenIds }: ModelFiles,
  tokenizer: Tokenizer,
): PromptFormat {
  const { header, separator, infill } = manifest.prompt;
  const id = (token: string): number => {
    const known = tokenizer.specialId(token);
    if (known !== undefined) return known;
    throw new Error(
      `${folder}/tinymemory.json: tokenizer.json has no special token ${token}; correct either`,
    );
  };
  return {
    header,
    separator: separator === undefined ? eosTokenIds[0] : id(separator),
    joinsFiles: separator !== undefined,
    infill: infill && { prefix: id(infill.prefix), suffix: id(infill.suffix), middle: id(infill.middle) },
  };
}
