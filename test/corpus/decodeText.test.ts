// Text in the encodings that files of a workspace still have: read right, or not at all, and never with U+FFFD.

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { decodeText } from '../../src/corpus/decodeText.ts';

/** A file of code with one comment, which iconv wrote in the encoding; the comment's bytes in hexadecimal. */
const comments: readonly (readonly [encoding: string, text: string, hex: string])[] = [
  ['windows-1252', '# Größe des Fensters', '23204772f6df65206465732046656e7374657273'],
  ['windows-1252', '# © 2010 Müller', '2320a92032303130204dfc6c6c6572'],
  ['windows-1252', '# it’s “quoted” – here… €5', '232069749273209371756f746564942096206865726585208035'],
  [
    'windows-1252',
    '# Vérifie que le modèle est chargé',
    '232056e9726966696520717565206c65206d6f64e86c6520657374206368617267e9',
  ],
  [
    'windows-1251',
    '# Проверяем, что заказ оплачен',
    '2320cff0eee2e5f0ffe5ec2c20f7f2ee20e7e0eae0e720eeefebe0f7e5ed',
  ],
  ['windows-1251', '# сумма', '2320f1f3ecece0'],
  [
    'koi8-r',
    '# Проверяем, что заказ оплачен',
    '2320f0d2cfd7c5d2d1c5cd2c20ded4cf20dac1cbc1da20cfd0ccc1dec5ce',
  ],
  ['shift_jis', '# 注文の合計を計算する', '2320928d95b682cc8d878c7682f08c768e5a82b782e9'],
  ['euc-jp', '# 注文の合計を計算する', '2320c3edcab8a4ceb9e7b7d7a4f2b7d7bbbba4b9a4eb'],
  ['gb18030', '# 计算订单的总金额', '2320bcc6cbe3b6a9b5a5b5c4d7dcbdf0b6ee'],
  ['big5', '# 計算訂單的總金額', '2320ad70bae2ad71b3e6aabac160aaf7c342'],
  ['euc-kr', '# 주문의 합계를 계산한다', '2320c1d6b9aec0c720c7d5b0e8b8a620b0e8bbeac7d1b4d9'],
  [
    'windows-1250',
    '# Zkontroluj, zda je objednávka zaplacená; příliš žluťoučký',
    '23205a6b6f6e74726f6c756a2c207a6461206a65206f626a65646ee1766b61207a61706c6163656ee13b2070f8ed6c699a209e6c759d6f75e86bfd',
  ],
  [
    'windows-1254',
    '# Siparişin toplamını hesaplayıp döndürür, ağırlık',
    '2320536970617269fe696e20746f706c616dfd6efd2068657361706c6179fd702064f66e64fc72fc722c2061f0fd726cfd6b',
  ],
  [
    'windows-1253',
    '# Υπολογίζει το σύνολο της παραγγελίας',
    '2320d5f0efebefe3dfe6e5e920f4ef20f3fdedefebef20f4e7f220f0e1f1e1e3e3e5ebdfe1f2',
  ],
  ['windows-1255', '# מחשב את סכום ההזמנה', '2320eee7f9e120e0fa20f1ebe5ed20e4e4e6eef0e4'],
];

const code =
  'class Order:\n    def total(self, rate):\n        return sum(line.price for line in self.lines) * rate\n';
const ascii = (text: string): number[] => Array.from(text, character => character.charCodeAt(0));
const fromHex = (hex: string): number[] => (hex.match(/../g) ?? []).map(byte => parseInt(byte, 16));
const bytesOf = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

describe('decodeText', () => {
  for (const [encoding, text, hex] of comments) {
    it(`reads ${encoding}: ${text}`, () => {
      const bytes = bytesOf(ascii(code.repeat(20)), fromHex(hex), ascii(`\n${code.repeat(20)}`));
      const decoded = decodeText(bytes);
      deepStrictEqual(decoded.kind === 'text' ? decoded.text.split('\n')[60] : decoded, text);
      strictEqual(decoded.kind === 'text' && decoded.encoding, encoding);
    });
  }

  it('takes the encoding that the editor is set to', () => {
    const short = bytesOf(ascii('x = "'), fromHex('8d878c76'), ascii('"\n'));
    const read = (configured?: string) => {
      const decoded = decodeText(short, configured);
      return decoded.kind === 'text' ? decoded.text : decoded.kind;
    };
    strictEqual(read('shiftjis'), 'x = "合計"\n');
    strictEqual(read('gbk'), 'x = "崌寁"\n');
    // UTF-8 goes before it, and what cannot be decoded here is as if it were not set.
    strictEqual(read('utf8'), read());
    strictEqual(read('cp437'), read());
    const utf8 = new TextEncoder().encode('x = "合計"\n');
    const decoded = decodeText(utf8, 'shiftjis');
    strictEqual(decoded.kind === 'text' && decoded.text, 'x = "合計"\n');
  });

  it('leaves out single lines that nobody can read, and files that are full of them', () => {
    const few = bytesOf(ascii(`${code}# `), fromHex('bdf0b6ee'), ascii(`\n${code}`));
    const unsure = decodeText(few);
    strictEqual(
      unsure.kind === 'text' && unsure.text,
      `${code}
${code}`,
    );
    strictEqual(unsure.kind === 'text' && unsure.unreadableLines, 1);
    const many = bytesOf(
      ...Array.from({ length: 60 }, (_, at) => [0xbd + (at % 3), 0xf0, 0xb6, 0xee - (at % 7), 0x0a]),
    );
    const decoded = decodeText(many);
    ok(decoded.kind === 'unknown-encoding' || (decoded.kind === 'text' && !decoded.text.includes('\ufffd')));
  });

  it('keeps U+FFFD out even where a file holds it', () => {
    const text = `${code.repeat(4)}# Gr\ufffd\ufffde\n${code.repeat(4)}`;
    const decoded = decodeText(new TextEncoder().encode(text));
    strictEqual(decoded.kind === 'text' && decoded.text, text.replace('# Gr\ufffd\ufffde', ''));
    const broken = bytesOf(
      ascii(code.repeat(4)),
      [...new TextEncoder().encode('# Größe äöü\n')],
      [0xe9, 0x0a],
    );
    const mended = decodeText(broken);
    strictEqual(mended.kind === 'text' && mended.text, `${code.repeat(4)}# Größe äöü\n\n`);
  });

  it('reads UTF-16 with and without a byte order mark', () => {
    const text = 'const größe = 1;\nlet b = 2;\n';
    const units = Array.from(text, character => character.charCodeAt(0));
    const little = units.flatMap(unit => [unit & 255, unit >> 8]);
    const big = units.flatMap(unit => [unit >> 8, unit & 255]);
    for (const bytes of [little, big, [0xff, 0xfe, ...little], [0xfe, 0xff, ...big]]) {
      const decoded = decodeText(Uint8Array.from(bytes));
      strictEqual(decoded.kind === 'text' && decoded.text, text);
    }
    strictEqual(decodeText(Uint8Array.from([...little, 0])).kind, 'binary');
    strictEqual(decodeText(Uint8Array.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])).kind, 'binary');
  });

  it('gives lines that end as one says', () => {
    const decoded = decodeText(new TextEncoder().encode('a\rb\r\nc\nd\r\r\n'));
    strictEqual(decoded.kind === 'text' && decoded.text, 'a\nb\nc\nd\n\n');
  });
});
