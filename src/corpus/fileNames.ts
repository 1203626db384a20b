// What the name of a file already says against it, so that it need not be read: secrets first, then what is no text,
// what programs write, and data that nobody types (tables, logs, notebooks, vector pictures, translations).

import { extensionOf } from './fileKind.ts';
import { baseName } from './fileTree.ts';
import { isSecretPath } from './secretFiles.ts';

/** Why the file is left out whatever is in it; undefined where only its bytes can tell. */
export function judgeName(path: string): 'secret' | 'binary' | 'generated' | 'minified' | 'data' | undefined {
  if (isSecretPath(path)) return 'secret';
  const name = baseName(path).toLowerCase();
  const ending = extensionOf(name);
  if (binaryEndings.has(ending)) return 'binary';
  if (minifiedName.test(name)) return 'minified';
  if (lockFiles.has(name) || generatedName.test(name)) return 'generated';
  return dataEndings.has(ending) ? 'data' : undefined;
}

const binaryEndings = new Set(
  (
    'png jpg jpeg gif bmp ico icns webp avif heic tif tiff psd ai eps sketch fig xcf raw dng ' +
    'mp3 mp4 m4a m4v wav ogg oga ogv flac aac avi mov mkv webm mid ' +
    'zip gz tgz bz2 xz zst lz4 7z rar tar jar war ear apk aab ipa deb rpm dmg iso img cab msi vsix whl egg gem nupkg crx ' +
    'pdf doc docx xls xlsx ppt pptx odt ods odp epub mobi ttf otf woff woff2 eot ' +
    'exe dll so dylib a lib o obj pdb class pyc pyo pyd beam wasm node elc rlib rmeta ilk hi cmi cmo cmx ' +
    'db sqlite sqlite3 mdb parquet feather arrow avro orc h5 hdf5 npy npz mat rds rdata pkl pickle joblib ' +
    'onnx pt pth ckpt safetensors gguf ggml tflite pb bin dat pack idx mo gmo tfrecord blend fbx glb stl 3ds unitypackage ' +
    'uasset asset swf lnk ds_store'
  ).split(' '),
);

const minifiedName = /[.-]min\.(?:js|mjs|cjs|css|html|svg)$/;

const lockFiles = new Set(
  (
    'package-lock.json npm-shrinkwrap.json pnpm-lock.yaml bun.lockb go.sum go.work.sum packages.lock.json ' +
    'gradle.lockfile .terraform.lock.hcl deno.lock.json .package-lock.json package.resolved cartfile.resolved .ds_store .git'
  ).split(' '),
);

const generatedName = new RegExp(
  [
    /\.(?:lock|map|snap|tsbuildinfo)$/,
    /\.(?:generated|gen|g|freezed|designer|pb)\.\w+$/,
    /_(?:pb2|pb2_grpc)\.pyi?$/,
    /\.pb\.(?:go|cc|h|swift|validate\.go|gw\.go)$/,
    /[_.-]generated\.\w+$/,
    /^zz_generated/,
    /[.-](?:bundle|chunk)\.(?:js|mjs|cjs|css)$/,
  ]
    .map(pattern => pattern.source)
    .join('|'),
);

const dataEndings = new Set(
  'csv tsv log jsonl ndjson geojson topojson ipynb har srt vtt po pot svg out'.split(' '),
);
