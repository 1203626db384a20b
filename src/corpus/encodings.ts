// Names of encodings: those of VS Code's `files.encoding` and of the detector, as labels that TextDecoder knows.

/** The label of an encoding other than UTF-8, by any of its names; undefined where TextDecoder has none. */
export function encodingLabel(name: string | undefined): string | undefined {
  const key = (name ?? '').toLowerCase().replace(/[^a-z0-9]/g, '');
  return labels.get(key);
}

/** Names without punctuation; one that is missing, such as `cp437`, cannot be decoded here. */
const labels = new Map<string, string>([
  ...[...Array(9).keys()].map(at => [`windows125${at}`, `windows-125${at}`] as const),
  ...[...Array(9).keys()].map(at => [`cp125${at}`, `windows-125${at}`] as const),
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map(at => [`iso8859${at}`, `iso-8859-${at}`] as const),
  ['iso88591', 'windows-1252'],
  ['iso88599', 'windows-1254'],
  ['iso885911', 'windows-874'],
  ['windows874', 'windows-874'],
  ['cp874', 'windows-874'],
  ['tis620', 'windows-874'],
  ['macroman', 'macintosh'],
  ['cp866', 'ibm866'],
  ['koi8r', 'koi8-r'],
  ['koi8u', 'koi8-u'],
  ['koi8ru', 'koi8-u'],
  ['gbk', 'gb18030'],
  ['gb2312', 'gb18030'],
  ['gb18030', 'gb18030'],
  ['cp950', 'big5'],
  ['big5', 'big5'],
  ['big5hkscs', 'big5'],
  ['shiftjis', 'shift_jis'],
  ['shiftjis2004', 'shift_jis'],
  ['cp932', 'shift_jis'],
  ['eucjp', 'euc-jp'],
  ['eucjis2004', 'euc-jp'],
  ['euckr', 'euc-kr'],
  ['cp949', 'euc-kr'],
  ['iso2022jp', 'iso-2022-jp'],
  ['iso2022jp2', 'iso-2022-jp'],
  ['utf16le', 'utf-16le'],
  ['utf16be', 'utf-16be'],
]);
