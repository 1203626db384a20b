// What chat is handed of a selection: the text itself, and where its lines hold a secret those lines without it, also when
// the selection alone does not give the secret away.

import { equal } from 'node:assert/strict';
import type { Range, TextDocument } from 'vscode';
import { selectedText } from '../../src/editor/chat/selectedText.ts';

const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

/** Selects the first occurrence of `part`. */
function selected(text: string, part: string, path: string): string {
  const from = text.indexOf(part);
  const positionAt = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  };
  const document = { getText: (range?: object) => (range === undefined ? text : part) };
  const range = { start: positionAt(from), end: positionAt(from + part.length) };
  return selectedText(document as unknown as TextDocument, range as unknown as Range, path);
}

describe('editor/selectedText', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['const a = findLoan(1);\nb();', 'findLoan', 'src/a.ts', 'findLoan'],
    ['a();\nb();\nc();', 'b();\nc', 'src/a.ts', 'b();\nc'],
    [`a();\nconst t = '${token}';\nc();`, token, 'src/a.ts', "const t = '<redacted>';"],
    [`a();\nconst t = '${token}';\nc();`, token.slice(8, 20), 'src/a.ts', "const t = '<redacted>';"],
    [`a();\nconst t = '${token}';\nc();`, 'c()', 'src/a.ts', 'c()'],
    [
      'port: 80\ndb_password: x7Kq-p2Vw9Zt\nb: 1',
      'x7Kq-p2Vw9Zt\nb',
      'app.yml',
      'db_password: <redacted>\nb: 1',
    ],
    ['a:\r\ndb_password: x7Kq-p2Vw9Zt\r\n', 'x7Kq-p2Vw9Zt', 'app.yml', 'db_password: <redacted>\r'],
  ];
  for (const [text, part, path, expected] of cases)
    it(`${JSON.stringify(part)} of ${JSON.stringify(text)}`, () => {
      equal(selected(text, part, path), expected);
    });
});
