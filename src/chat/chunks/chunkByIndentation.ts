// Takes a file of unknown grammar apart: in code, what is indented below a line at the margin belongs to it; in other
// files, blocks of lines.

import type { Chunk } from '../model/chunk.ts';
import { block, blocksOf, cleanComment } from './chunkLines.ts';

const opening =
  /^(?:(?:export|public|private|protected|internal|static|final|open|override|abstract|sealed|data|async|suspend|inline|local|pub|extern|const)\s+)*(function|func|fun|fn|def|defp|defmodule|sub|proc|procedure|method|class|struct|interface|trait|protocol|enum|module|object|type|record|extension|contract|table|resource|message|service)\b[\s"']*(?:[\w$.:]*[.:])?([\p{L}_$][\p{L}\p{N}_$?!]*)/iu;

const types =
  /^(?:defmodule|class|struct|interface|trait|protocol|enum|module|object|type|record|extension|contract|table|message|service)$/i;

/** Of a line, looked at for a declaration. */
const maxLooked = 1_000;

/** `isCode`: of a programming or markup language, so that lines may open declarations. */
export function chunkByIndentation(text: string, isCode: boolean): readonly Chunk[] {
  if (!isCode) return blocksOf(text, []);
  const lines = text.split('\n');
  /** White space before each line; -1 for a blank one. */
  const indents = lines.map(line => (line.trim() === '' ? -1 : line.length - line.trimStart().length));
  const declared: Chunk[] = [];
  let container: { readonly name: string; readonly indent: number } | undefined;
  for (let line = 1; line <= lines.length; line++) {
    const content = (lines[line - 1] ?? '').trim().slice(0, maxLooked);
    const match = opening.exec(content);
    if (match === null) continue;
    const indent = indents[line - 1] ?? 0;
    if (container !== undefined && indent <= container.indent) container = undefined;
    const [, keyword = '', name = ''] = match;
    const docLine = docStart(lines, line);
    const isType = types.test(keyword);
    const endLine = endOf(lines, indents, line);
    declared.push({
      kind: isType ? 'type' : 'function',
      name,
      container: container?.name ?? '',
      line,
      endLine,
      docLine,
      signature: (content.endsWith('{') ? content.slice(0, -1) : content).trimEnd(),
      docSpans: [],
      doc: cleanComment(
        lines
          .slice(docLine - 1, line - 1)
          .map(each => each.trim())
          .join('\n'),
      ),
      body: '',
    });
    if (isType) container = { name, indent };
    else line = endLine;
  }
  // A type with declarations in it keeps its first lines.
  const chunks = declared.map((chunk, index) => {
    const next = declared[index + 1];
    const isCut = chunk.kind === 'type' && next !== undefined && next.line <= chunk.endLine;
    return { ...chunk, body: block(lines, chunk.line + 1, isCut ? next.docLine - 1 : chunk.endLine).body };
  });
  const rest = blocksOf(
    text,
    chunks.map(({ docLine, endLine }) => [docLine, endLine]),
  );
  return [...chunks, ...rest].sort((a, b) => a.line - b.line || b.endLine - a.endLine);
}

/** The last line that is indented deeper, with the line that closes it. */
function endOf(lines: readonly string[], indents: readonly number[], line: number): number {
  const indent = indents[line - 1] ?? 0;
  let end = line;
  for (let at = line + 1; at <= lines.length; at++) {
    const own = indents[at - 1] ?? -1;
    if (own === -1) continue;
    if (own <= indent) return /^\s*(?:[})\]]|end\b)/.test(lines[at - 1] ?? '') ? at : end;
    end = at;
  }
  return end;
}

function docStart(lines: readonly string[], line: number): number {
  let start = line;
  while (start > 1 && /^\s*(?:\/\/|#(?!!)|--|;|\/?\*|%)/.test(lines[start - 2] ?? '')) start--;
  return start;
}
