// GPT-2's byte-level alphabet: every byte is written as one printable letter, so that BPE works on strings.

class ByteLevelAlphabet {
  /** The letter of each byte, in the bytes' order. */
  readonly letters: readonly string[];
  private readonly byteOf: ReadonlyMap<string, string>;

  constructor() {
    const printable = (byte: number) =>
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    let unprintable = 0;
    this.letters = Array.from({ length: 256 }, (_, byte) =>
      String.fromCharCode(printable(byte) ? byte : 256 + unprintable++),
    );
    this.byteOf = new Map(this.letters.map((letter, byte) => [letter, String.fromCharCode(byte)]));
  }

  /** The bytes that letters spell, one character a byte; undefined when one is no letter of the alphabet. */
  toBytes(letters: string): string | undefined {
    let bytes = '';
    for (const letter of letters) {
      const byte = this.byteOf.get(letter);
      if (byte === undefined) return undefined;
      bytes += byte;
    }
    return bytes;
  }
}

export const byteLevelAlphabet = new ByteLevelAlphabet();
