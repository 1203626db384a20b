// What a text may be like to be parsed: the cost of a syntax tree grows with its depth squared, a parser's stack has an end,
// and to recover from closers that close nothing it looks back over all of them. Counted on the characters alone, in linear
// time, so that such texts are never parsed.

/** Code has tens of open brackets; strings and comments leave some more open. */
const maxBrackets = 1_000;
/** Closers that close nothing. Lists such as `a) b)` in comments have some; of 2,871 files of public code none has so many. */
const maxStray = 60;
/** Words and operators in a row that nothing ends or separates: `not not not`, `a.b.c`, `lambda: lambda:`. */
const longestRow = 2_000;

/** Whether brackets of a text, or an expression without any, nest deeper than a parser should be given, or close nothing. */
export function nestsTooDeep(text: string): boolean {
  /** Open ones by kind: `(`, `[`, `{`. */
  const open = [0, 0, 0];
  let [brackets, stray, row] = [0, 0, 0];
  let isInWord = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const wasInWord = isInWord;
    isInWord = isWord(code);
    if (isSpace(code) || (wasInWord && isInWord)) continue;
    const kind = code >> 5;
    if (isOpening(code)) {
      open[kind - 1] = (open[kind - 1] ?? 0) + 1;
      brackets++;
    } else if (isClosing(code)) {
      const left = open[kind - 1] ?? 0;
      if (left === 0) stray++;
      else {
        open[kind - 1] = left - 1;
        brackets--;
      }
    }
    row = isClosing(code) || isSeparator(code) ? 0 : row + 1;
    if (brackets > maxBrackets || stray > maxStray || row > longestRow) return true;
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
