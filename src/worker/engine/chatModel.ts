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
import type { DeviceListeners } from './bestDevice.ts';
import { chooseForDecoding } from './bestDevice.ts';
import type { DeviceHome } from './chooseDevices.ts';
import type { EngineHome } from './engineHome.ts';
import { loadTokenizer } from './loadEngine.ts';
import { loadWithFallback } from './loadNetwork.ts';
import type { EngineOptions } from '../protocol/engineOptions.ts';

/** Room for a few excerpts and an answer, in tokens; more takes longer than a person waits. */
const maxContextTokens = 2048;

export interface ChatModel extends InstructModel, Disposable {}

export interface ChatModelParts {
  readonly home: DeviceHome & Pick<EngineHome, 'storage'>;
  readonly options: Pick<EngineOptions, 'runtimeFolder' | 'threads' | 'devices'>;
  /** Of each run of the network. */
  readonly gate: RunGate;
  readonly editor: DeviceListeners['editor'];
}

/** Throws an Error for the user that names the file at fault. */
export async function loadChatModel(
  folder: string,
  { home, options, gate, editor }: ChatModelParts,
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
  const config = { ...files.config, contextTokens: Math.min(files.config.contextTokens, maxContextTokens) };
  const model = { files, config };
  const devices = await chooseForDecoding(home, options, editor, () => Promise.resolve(model));
  const networks = await loadWithFallback(files, config, devices, { reader });
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
