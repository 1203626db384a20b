// Where a piece of code that was asked for ends: after its first whole statement or declaration, with its body.

/** Lines written at most. */
const maxWrittenLines = 40;

/**
 * How many UTF-16 code units of `text` belong to the piece once it has reached its end; undefined while it may go on.
 * `baseIndent` is the white space before the cursor. Comments, decorators and attributes belong to what follows them;
 * a line that closes brackets, or goes on with `else` and the like, to what came before.
 */
export function writtenEnd(text: string, baseIndent: string): number | undefined {
  const lines = text.split('\n');
  let start = 0;
  let end = 0;
  let begun = false;
  for (const [index, line] of lines.entries()) {
    const isWhole = index < lines.length - 1;
    const content = line.trim();
    if (content !== '') {
      // The first line goes on where the cursor stands.
      const indent = line.length - line.trimStart().length;
      // What is further out closes what was opened before the piece.
      if (begun && index > 0 && indent < baseIndent.length) return end;
      const atBase = index === 0 || indent <= baseIndent.length;
      if (begun && atBase && !goesOn.test(content)) {
        // The first characters may still become `else` or a bracket.
        return isWhole || content.length > 8 || !mayGoOn.test(content) ? end : undefined;
      }
      if (atBase && isWhole && !leads.test(content)) begun = true;
      end = start + line.trimEnd().length;
    }
    if (isWhole && index + 1 === maxWrittenLines) return end;
    start += line.length + 1;
  }
  return undefined;
}

const goesOn =
  /^(?:[)\]}]|(?:else|elif|elsif|catch|except|finally|rescue|ensure|end|while \(|fi|done|esac)\b|[.?:&|]|<\/)/;
const mayGoOn =
  /^(?:e|el|els|else|eli|elif|elsi|elsif|c|ca|cat|catc|ex|exc|exce|excep|f|fi|fin|fina|final|finall|r|re|res|en|d|do|don|w|wh|whi|whil)$/;
/** What stands before what it belongs to. */
const leads = /^(?:\/\/|\/\*|\*|#|@|--|;|import\b|from\b|use\b)/;
