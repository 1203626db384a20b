// Questions in other languages, read as English: what is asked, and the words of the subject.

import { equal } from 'node:assert/strict';
import { inEnglish } from '../../src/chat/search/questionLanguage.ts';
import { intentOf } from '../../src/chat/search/question.ts';

describe('chat/questionLanguage', () => {
  const cases = [
    ['Wo werden Vorlagen gerendert?', 'where are template rendered'],
    ['Wie werden Dateitypen definiert?', 'how are file type defined'],
    ['où sont définis les signaux ?', 'where are defined the signal'],
    ['¿dónde se manejan los errores?', 'where is handled the error'],
    ['onde ficam os testes de streaming?', 'where are the tests of streaming'],
    ['限流中间件在哪里?', 'where rate limit middleware in'],
    ['設定ファイルはどこで読み込まれますか?', 'where configuration file in loaded'],
    ['쿠키는 어디에서 처리되나요?', 'where cookie handled'],
    ['где обрабатываются куки?', 'where handled cookie'],
    ['Wo ist `parseArgs`?', 'where is `parseArgs`'],
  ] as const;
  for (const [question, english] of cases)
    it(question, () => {
      equal(inEnglish(question), english);
    });

  for (const question of [
    'where are sessions handled?',
    'how do I add a new middleware?',
    'src/main.rs',
    'die',
    '',
  ])
    it(`leaves "${question}" as it is`, () => {
      equal(inEnglish(question), undefined);
    });

  it('keeps what is wanted', () => {
    equal(intentOf(inEnglish('Welche Tests prüfen die Sitzung?') ?? '').kind, 'tests');
    equal(intentOf(inEnglish('Wie füge ich eine neue Route hinzu?') ?? '').kind, 'addition');
  });
});
