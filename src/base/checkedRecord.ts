// JSON stored with a checksum of its value: a changed bit would be another value, and nothing would tell, as numbers have
// no spelling that is wrong.

import { crc32 } from './crc32.ts';
import { jsonBytes } from './files.ts';

/** A value that JSON can hold, with its checksum. */
export function recordOf(value: unknown): object {
  return { checksum: checksumOf(value), value };
}

/** The bytes of a record of `value`. */
export function recordBytes(value: object): Uint8Array {
  return jsonBytes(recordOf(value));
}

/** The value of a record, as JSON gave it back; undefined where it is not whole. */
export function recordValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('checksum' in json) || !('value' in json))
    return undefined;
  return checksumOf(json.value) === json.checksum ? json.value : undefined;
}

function checksumOf(value: unknown): number {
  return crc32(new TextEncoder().encode(JSON.stringify(value)));
}
