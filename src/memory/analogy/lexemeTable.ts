// Gives every text of a lexeme a number, so that lexemes are compared and kept as numbers. Texts are bytes (UTF-8); as
// strings they have one character a byte, as the tokens of a tokenizer have.

import { allKeywords } from './keywords.ts';

export class LexemeTable {
  private bytes = new Uint8Array(1 << 14);
  /** Where each text starts, and after the last, where it ends. */
  private starts = new Int32Array(1 << 11);
  /** Open addressing: number of the text plus 1, or 0. */
  private slots = new Int32Array(1 << 12);
  private size = 0;
  private readonly texts: string[] = [];

  constructor() {
    for (const keyword of allKeywords) this.internText(keyword);
  }

  /** Texts that have a number. */
  get count(): number {
    return this.size;
  }

  get sizeBytes(): number {
    return this.bytes.byteLength + this.starts.byteLength + this.slots.byteLength;
  }

  /** The number of the bytes from `from` to `to`; the first of them are the keywords, in their order. */
  intern(source: Uint8Array, from: number, to: number): number {
    const slot = this.slotOf(source, from, to);
    const known = this.slots[slot] ?? 0;
    if (known > 0) return known - 1;
    return this.add(source, from, to, slot);
  }

  internText(text: string): number {
    const source = bytesOf(text);
    return this.intern(source, 0, source.length);
  }

  /** The number of a text, or -1 where it has none. */
  find(text: string): number {
    const source = bytesOf(text);
    return (this.slots[this.slotOf(source, 0, source.length)] ?? 0) - 1;
  }

  /** Throws a RangeError when no text has this number. */
  text(id: number): string {
    const known = this.texts[id];
    if (known !== undefined) return known;
    if (id < 0 || id >= this.size) throw new RangeError(`no lexeme has the number ${id}`);
    let text = '';
    const end = this.starts[id + 1] ?? 0;
    for (let at = this.starts[id] ?? 0; at < end; at++) text += String.fromCharCode(this.bytes[at] ?? 0);
    this.texts[id] = text;
    return text;
  }

  private add(source: Uint8Array, from: number, to: number, slot: number): number {
    const id = this.size++;
    const start = this.starts[id] ?? 0;
    const end = start + to - from;
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(2 * end));
    for (let at = from; at < to; at++) this.bytes[start + at - from] = source[at] ?? 0;
    if (id + 1 === this.starts.length)
      this.starts = grown(this.starts, new Int32Array(2 * this.starts.length));
    this.starts[id + 1] = end;
    this.slots[slot] = id + 1;
    if (2 * this.size > this.slots.length) this.rehash();
    return id;
  }

  /** Where a text is, or would be. */
  private slotOf(source: Uint8Array, from: number, to: number): number {
    const mask = this.slots.length - 1;
    let slot = hashOf(source, from, to) & mask;
    for (;;) {
      const known = this.slots[slot] ?? 0;
      if (known === 0 || this.isText(known - 1, source, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private isText(id: number, source: Uint8Array, from: number, to: number): boolean {
    const start = this.starts[id] ?? 0;
    if ((this.starts[id + 1] ?? 0) - start !== to - from) return false;
    const { bytes } = this;
    for (let at = from; at < to; at++) if (bytes[start + at - from] !== source[at]) return false;
    return true;
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = hashOf(this.bytes, this.starts[id] ?? 0, this.starts[id + 1] ?? 0) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}

/** FNV-1a, its high bits mixed into the low ones. */
function hashOf(source: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (source[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0));
}

function grown<T extends Uint8Array | Int32Array>(old: T, array: T): T {
  array.set(old);
  return array;
}
