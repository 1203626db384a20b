// How deep a text may nest before it is parsed: the cost of a syntax tree grows with its depth squared, and a parser's stack
// has an end. Counted on the characters alone, in linear time, so that the deep ones are never parsed.

/** Code has tens of open brackets; strings and comments leave some more open. */
const mostBrackets = 1_000;
/** Words and signs in a row that nothing ends or separates: `not not not`, `a.b.c`, `lambda: lambda:`. */
const longestRow = 2_000;

/** Whether the brackets of a text, or an expression without any, nest deeper than a parser should be given. */
export function nestsTooDeep(text: string): boolean {
  let brackets = 0;
  let row = 0;
  let isInWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const wasInWord = isInWord;
    isInWord = isWord(code);
    if (isSpace(code) || (wasInWord && isInWord)) continue;
    if (isOpening(code)) brackets++;
    else if (isClosing(code)) brackets = Math.max(0, brackets - 1);
    row = isClosing(code) || isSeparator(code) ? 0 : row + 1;
    if (brackets > mostBrackets || row > longestRow) return true;
  }
  return false;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** `(`, `[`, `{` */
function isOpening(code: number): boolean {
  return code === 40 || code === 91 || code === 123;
}

function isClosing(code: number): boolean {
  return code === 41 || code === 93 || code === 125;
}

/** `,` and `;` */
function isSeparator(code: number): boolean {
  return code === 44 || code === 59;
}

function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code > 127
  );
}
