// Loads the instruct model of a folder that the user chose for chat: beside the engine's model, which goes on suggesting.

import type { Disposable } from '../base/disposable.ts';
import { ChatTemplate } from '../chat/chatTemplate.ts';
import type { InstructModel } from '../chat/modelWriter.ts';
import type { RunGate } from '../infer/decoder.ts';
import { Decoder } from '../infer/decoder.ts';
import { NetworkInUse } from '../infer/network.ts';
import { NetworkPredictor } from '../infer/predictor.ts';
import type { FileReader } from '../model/modelFolder.ts';
import { readModelFolder } from '../model/modelFolder.ts';
import type { Runtime } from '../runtime/session.ts';
import { ByteTrie } from '../tokenizer/byteTrie.ts';
import { loadTokenizer } from './loadEngine.ts';
import { loadNetwork } from './loadNetwork.ts';

/** Room for a few excerpts and an answer, in tokens; more takes longer than a person waits. */
const mostContextTokens = 2048;

export interface ChatModel extends InstructModel, Disposable {}

/** Each run of the network goes through `gate`. Throws an Error for the user that names the file at fault. */
export async function loadChatModel(
  reader: FileReader,
  folder: string,
  runtime: Runtime,
  gate: RunGate,
): Promise<ChatModel> {
  const files = await readModelFolder(folder, reader);
  const tokenizer = loadTokenizer(files);
  const template = await reader.read(`${files.folder}/chat_template.jinja`);
  const instruct = new ChatTemplate(
    files.folder,
    files.tokenizerConfig,
    template && new TextDecoder().decode(template),
  );
  const config = { ...files.config, contextTokens: Math.min(files.config.contextTokens, mostContextTokens) };
  const networks = new NetworkInUse(await loadNetwork(files, config, runtime));
  const decoder = new Decoder(config, networks, gate);
  return {
    name: files.manifest.name,
    predictor: new NetworkPredictor(decoder),
    vocabulary: { tokenBytes: tokenizer.tokenBytes, trie: new ByteTrie(tokenizer.tokenBytes) },
    tokenizer,
    template: instruct,
    dispose: () => {
      decoder.dispose();
      networks.dispose();
    },
  };
}
