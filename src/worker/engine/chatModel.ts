// Loads the instruct model of a folder that the user chose for chat: beside the engine's model, which goes on suggesting.

import type { Disposable } from '../../base/disposable.ts';
import { ChatTemplate } from '../../chat/writers/chatTemplate.ts';
import type { InstructModel } from '../../chat/writers/modelWriter.ts';
import type { RunGate } from '../../infer/decoder.ts';
import { Decoder } from '../../infer/decoder.ts';
import { NetworkPredictor } from '../../infer/predictor.ts';
import { checkedReader } from '../../model/checksums.ts';
import { readModelFolder } from '../../model/modelFolder.ts';
import { ByteTrie } from '../../tokenizer/byteTrie.ts';
import { chooseForDecoding } from './bestDevice.ts';
import type { EngineHome } from './engineHome.ts';
import { loadTokenizer } from './loadEngine.ts';
import { loadReplaceable } from './loadNetwork.ts';
import type { EngineOptions, FromWorker } from '../protocol/messages.ts';

/** Room for a few excerpts and an answer, in tokens; more takes longer than a person waits. */
const mostContextTokens = 2048;

export interface ChatModel extends InstructModel, Disposable {}

export interface ChatModelParts {
  readonly home: Pick<EngineHome, 'createRuntime' | 'createWebGpuRuntime' | 'move' | 'storage'>;
  readonly options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>;
  /** Of each run of the network. */
  readonly gate: RunGate;
  /** Takes what is measured of the devices. */
  readonly post: (message: FromWorker) => void;
}

/** Throws an Error for the user that names the file at fault. */
export async function loadChatModel(
  folder: string,
  { home, options, gate, post }: ChatModelParts,
): Promise<ChatModel> {
  const reader = home.storage.files;
  const files = await readModelFolder(folder, reader);
  const tokenizer = loadTokenizer(files);
  const checked = await checkedReader(files.folder, reader);
  const template = await checked.read(`${files.folder}/chat_template.jinja`);
  const instruct = new ChatTemplate(
    files.folder,
    files.tokenizerConfig,
    template && new TextDecoder().decode(template),
  );
  const config = { ...files.config, contextTokens: Math.min(files.config.contextTokens, mostContextTokens) };
  const model = { files, config };
  const { runtime, substitute } = await chooseForDecoding(home, options, post, () => Promise.resolve(model));
  const networks = await loadReplaceable(files, config, runtime, { reader, substitute });
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
