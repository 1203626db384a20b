// Reads a model's folder in Hugging Face's layout, with our optional manifest tinymemory.json beside it. Files
// come through a small interface, so that a host without a disk can supply them. Whatever is missing or
// damaged is a ModelFileError that names the file and says what to do.

import * as v from 'valibot';
import { withoutLastSlashes } from '../base/files.ts';
import { readAhead } from '../base/readAhead.ts';
import type { ModelConfig } from './config.ts';
import { parseModelConfig } from './config.ts';
import { downloadAgain, ModelFileError } from './modelFileError.ts';
import { checkedReader, DamagedModelError } from './checksums.ts';
import { checksumsFile, configFile, otherFiles, weightsFile } from './folderLayout.ts';
import type { ModelManifest } from './modelManifest.ts';
import { defaultManifest, parseModelManifest } from './modelManifest.ts';
import type { TensorView } from './safetensors.ts';
import { parseSafetensors } from './safetensors.ts';

/** Where the files of a model come from. `nodeFileReader` reads the disk. */
export interface FileReader {
  /**
   * The whole file, or undefined where there is none of that path. Rejects when there is one that cannot be
   * read. `path` is the folder, a forward slash and the file's name.
   */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** A model's files, parsed and checked one by one; whether the tensors fit the config is not checked here. */
export interface ModelFiles {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly config: ModelConfig;
  /** Tokens that end a text: those of generation_config.json where it names any, else the config's. */
  readonly eosTokenIds: readonly number[];
  /** tokenizer.json, parsed but not interpreted. */
  readonly tokenizer: object;
  /** tokenizer_config.json, parsed but not interpreted; empty where there is none. */
  readonly tokenizerConfig: object;
  readonly tensors: ReadonlyMap<string, TensorView>;
  /** mixtures.json, parsed but not interpreted: how memory is blended with this very network. Undefined where there is none. */
  readonly mixtures: object | undefined;
}

/**
 * Reads config.json, tokenizer.json and the weights (model.safetensors, or the shards that
 * model.safetensors.index.json names), and where they exist generation_config.json, tokenizer_config.json and
 * tinymemory.json. Throws a ModelFileError, a DamagedModelError among them where the folder's checksums say otherwise.
 */
export async function readModelFolder(folder: string, files: FileReader): Promise<ModelFiles> {
  const trimmed = withoutLastSlashes(folder) || folder;
  const first = readAhead(files, [`${trimmed}/${checksumsFile}`, `${trimmed}/${configFile}`]);
  const source = new FolderSource(trimmed, await checkedReader(trimmed, first));
  // First, because it is small and says most plainly that a folder is not a model that runs here.
  const config = parseModelConfig(await source.requiredJson(configFile), source.path(configFile));
  // All at once, the largest first: where files are far away, each takes its time.
  source.readAhead([weightsFile, ...otherFiles]);
  const manifestJson = await source.json('tinymemory.json');
  const manifest =
    manifestJson === undefined
      ? defaultManifest(source.name)
      : parseModelManifest(manifestJson, source.path('tinymemory.json'));
  return {
    folder: source.folder,
    manifest,
    config,
    eosTokenIds: await readEosTokenIds(source, config),
    tokenizer: await source.requiredJson('tokenizer.json'),
    tokenizerConfig: (await source.json('tokenizer_config.json')) ?? {},
    tensors: await readTensors(source),
    mixtures: await source.json('mixtures.json'),
  };
}

const tokenId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const generationSchema = v.looseObject({
  eos_token_id: v.nullish(v.union([tokenId, v.array(tokenId)])),
});
const indexSchema = v.looseObject({
  // A Map, so that no tensor's name can meet a property of Object.
  weight_map: v.pipe(
    v.custom<object>(value => typeof value === 'object' && value !== null && !Array.isArray(value)),
    v.transform(map => new Map<string, unknown>(Object.entries(map))),
  ),
});
/** A plain file name, so that an index cannot point outside the folder. */
const shardName = /^[\w.-]+\.safetensors$/;

async function readEosTokenIds(source: FolderSource, config: ModelConfig): Promise<readonly number[]> {
  const json = await source.json('generation_config.json');
  if (json === undefined) return config.eosTokenIds;
  const parsed = v.safeParse(generationSchema, json);
  const ids = parsed.success ? parsed.output.eos_token_id : undefined;
  if (parsed.success && ids == null) return config.eosTokenIds;
  const list = typeof ids === 'number' ? [ids] : (ids ?? []);
  if (!parsed.success || list.some(id => id >= config.vocabSize)) {
    throw new ModelFileError(
      source.path('generation_config.json'),
      `eos_token_id: must be ids within the vocabulary of ${config.vocabSize}`,
      'Use the file that belongs to the model, or delete it.',
    );
  }
  return list;
}

async function readTensors(source: FolderSource): Promise<ReadonlyMap<string, TensorView>> {
  const single = await source.bytes(weightsFile);
  if (single !== undefined) return parseSafetensors(single, source.path(weightsFile));

  const indexName = 'model.safetensors.index.json';
  const json = await source.json(indexName);
  if (json === undefined) {
    throw new ModelFileError(
      source.path(weightsFile),
      'is missing',
      'Put the weights there in the safetensors format, whole or as shards with their index.',
    );
  }
  const parsed = v.safeParse(indexSchema, json);
  if (!parsed.success) throw new ModelFileError(source.path(indexName), 'has no weight_map', downloadAgain);

  const shards = new Map<string, Map<string, TensorView>>();
  const tensors = new Map<string, TensorView>();
  for (const [name, shard] of parsed.output.weight_map) {
    if (typeof shard !== 'string' || !shardName.test(shard)) {
      const problem = `weight_map: ${JSON.stringify(shard)} is not the name of a file in this folder`;
      throw new ModelFileError(source.path(indexName), problem, downloadAgain);
    }
    let content = shards.get(shard);
    if (content === undefined) {
      content = parseSafetensors(await source.requiredBytes(shard), source.path(shard));
      shards.set(shard, content);
    }
    const tensor = content.get(name);
    if (tensor === undefined) {
      const problem = `has no tensor ${name}, which ${indexName} places there`;
      throw new ModelFileError(source.path(shard), problem, downloadAgain);
    }
    tensors.set(name, tensor);
  }
  return tensors;
}

/** Reads files of one folder, turning every fault into a ModelFileError that names the file. */
class FolderSource {
  readonly folder: string;
  private files: FileReader;

  constructor(folder: string, files: FileReader) {
    this.folder = folder;
    this.files = files;
  }

  /** The last part of the folder's path. */
  get name(): string {
    return this.folder.split(/[\\/]/).pop() ?? this.folder;
  }

  path(file: string): string {
    return `${this.folder}/${file}`;
  }

  /** Begins to read what will be asked for. */
  readAhead(names: readonly string[]): void {
    this.files = readAhead(
      this.files,
      names.map(name => this.path(name)),
    );
  }

  async bytes(file: string): Promise<Uint8Array | undefined> {
    let content: Uint8Array | undefined;
    try {
      content = await this.files.read(this.path(file));
    } catch (cause) {
      if (cause instanceof DamagedModelError) throw cause;
      const problem = `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
      throw new ModelFileError(this.path(file), problem, 'Check that it is a readable file.', { cause });
    }
    if (content === undefined) return undefined;
    if (content.byteLength === 0) throw new ModelFileError(this.path(file), 'is empty', downloadAgain);
    if (lfsPointer.every((byte, at) => content[at] === byte)) {
      const problem = 'is a Git LFS pointer, not the file itself';
      throw new ModelFileError(this.path(file), problem, 'Run "git lfs pull" where it was cloned.');
    }
    return content;
  }

  async requiredBytes(file: string): Promise<Uint8Array> {
    const content = await this.bytes(file);
    if (content !== undefined) return content;
    const remedy = 'Choose a folder that holds a whole model, or download the file into it.';
    throw new ModelFileError(this.path(file), 'is missing', remedy);
  }

  async json(file: string): Promise<object | undefined> {
    const content = await this.bytes(file);
    return content === undefined ? undefined : parseJson(content, this.path(file));
  }

  async requiredJson(file: string): Promise<object> {
    return parseJson(await this.requiredBytes(file), this.path(file));
  }
}

const lfsPointer = new TextEncoder().encode('version https://git-lfs.github.com/spec/');

function parseJson(bytes: Uint8Array, path: string): object {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelFileError(path, 'is not valid JSON in UTF-8', downloadAgain, { cause });
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new ModelFileError(path, 'is not a JSON object', downloadAgain);
}
