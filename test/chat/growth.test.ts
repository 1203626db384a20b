// What chat does with a text takes time in proportion to its length, whatever the text repeats: files of a workspace are
// written by anybody, and the engine that reads them answers while somebody types.

import { throws } from 'node:assert/strict';
import { chunkFile } from '../../src/chat/chunks/chunkFile.ts';
import { chunkMarkdown } from '../../src/chat/chunks/chunkMarkdown.ts';
import { encodeChunks } from '../../src/chat/search/chunkTerms.ts';
import { block, cleanComment } from '../../src/chat/chunks/chunkLines.ts';
import { calleesOf } from '../../src/chat/search/definitions.ts';
import { Grammars } from '../../src/chat/chunks/grammars.ts';
import { code, inert, summaryOf } from '../../src/chat/search/prose.ts';
import { inContext } from '../../src/chat/search/conversation.ts';
import { inEnglish } from '../../src/chat/search/questionLanguage.ts';
import { intentOf } from '../../src/chat/search/question.ts';
import { questionTerms } from '../../src/chat/search/questionTerms.ts';
import { weightOfWords } from '../../src/chat/search/aspects.ts';
import { headComment } from '../../src/chat/search/headComment.ts';
import { pathWords } from '../../src/chat/search/pathWords.ts';
import { specifiersIn } from '../../src/chat/search/relations.ts';
import { SearchIndex } from '../../src/chat/search/searchIndex.ts';
import { asksWhatItIs, subjectIn } from '../../src/chat/search/subject.ts';
import { textKind } from '../../src/chat/search/textKind.ts';
import { WordVocabulary } from '../../src/chat/search/vocabulary.ts';
import { rankingParameters } from '../../src/chat/search/rank.ts';
import { noWordVectors } from '../../src/chat/search/wordVectors.ts';
import { identifiersOf, partsOf, stemOf } from '../../src/chat/search/words.ts';
import { goesRound } from '../../src/chat/writing/writtenQuality.ts';
import { freshPart } from '../../src/chat/writing/writtenRepeats.ts';
import { finish } from '../../src/memory/workspaceMemory.ts';
import { nodeAsset } from '../../src/worker/platform/nodeHome.ts';
import { checkGrowth, unitsOf } from '../support/growth.ts';

describe('chat/growth', function () {
  this.timeout(600_000);

  it('would be found', () => {
    const cubic = (text: string) => text.replace(/\{@\w+\s+([^}|]*)[^}]*\}/g, '$1');
    throws(() => {
      checkGrowth('a cubic pattern', ['{@a b'], cubic, 8_000);
    }, /\{@a b/);
    const squared = (text: string) => /(?:a|b)+$/.test(text);
    throws(() => {
      checkGrowth('a squared pattern', ['a'], squared, 32_000);
    }, /a squared pattern/);
  });

  const lines = [
    '\n',
    ' ',
    '\t',
    'a',
    'A',
    '1',
    '_',
    '.',
    '#',
    '/',
    '*',
    '"',
    "'",
    '`',
    '-',
    '=',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '|',
    ':',
    '@',
    '\\',
    '!',
  ];

  it('of prose and comments', () => {
    const tokens = [
      '{@',
      '@a',
      ':a',
      '](',
      '[](',
      '![',
      '<a',
      '</',
      ' ',
      '\n',
      '*/',
      '/*',
      '"""',
      '`',
      ...lines,
    ];
    checkGrowth('summaryOf', unitsOf(tokens), text => summaryOf(text));
    checkGrowth('summaryOf', ['{@a b', '{@a b|', '\n \n @'], text => summaryOf(text));
    checkGrowth('inert', unitsOf(tokens), inert);
    checkGrowth('code', unitsOf(['`', ' ', 'a', '``']), code);
    checkGrowth('cleanComment', unitsOf(tokens), cleanComment);
  });

  it('of words', () => {
    const tokens = ['a', 'A', 's', 'y', 'e', '1', '_', '$', ' ', 'ing', 'URL', 'é', '漢', 'ab'];
    checkGrowth('identifiersOf and partsOf', unitsOf(tokens), text => {
      for (const identifier of identifiersOf(text)) for (const part of partsOf(identifier)) stemOf(part);
    });
    checkGrowth('calleesOf', unitsOf(['a', ' ', '(', '<', '>', '!', ',', '\n', 'a<', '1']), calleesOf);
    checkGrowth('encodeChunks', unitsOf(['a', 'A', ' ', '\n', 'aB ', '(']), text => {
      finish(encodeChunks('a.ts', [block(text.split('\n'), 1, Infinity)], noWordVectors));
    });
  });

  it('of questions', () => {
    const tokens = [
      'where is ',
      'how is ',
      'used',
      'who calls ',
      'translate ',
      'to latin',
      'what is ',
      'a',
      '1',
      '.5',
      '+',
      ' ',
      '`',
      '(',
      '()',
      '.',
      '\n',
      '!',
      'hi',
      'thank you',
      'const fn ',
    ];
    checkGrowth('intentOf', unitsOf(tokens), text => {
      intentOf(text);
      intentOf(`what is ${text}`, 'explain');
      intentOf(`thank you${text}`);
      inContext(text, [{ question: text, answer: text }], () => true);
      inEnglish(text);
    });
    checkGrowth('questionTerms', unitsOf(['aB', ' ', 'c', '_', '1']), text => {
      questionTerms(
        text,
        { nearWords: () => [], vocabulary: new WordVocabulary(), weightOf: () => 1 },
        rankingParameters,
      );
      weightOfWords('settings')(text);
      subjectIn(text, new SearchIndex());
      asksWhatItIs(text);
      pathWords(text);
      textKind(text);
      specifiersIn(text);
      headComment([text]);
    });
  });

  it('of documents and files of unknown grammar', () => {
    const markdown = [
      '# ',
      '#',
      '\n',
      ' ',
      'a',
      '[](',
      '[',
      '](',
      '<',
      '`',
      '```',
      '~~~',
      '===',
      '---',
      '\n---\n',
    ];
    checkGrowth('chunkMarkdown', unitsOf(markdown), chunkMarkdown);
    const tokens = [
      'class a',
      'fn a',
      'fn ',
      'a.',
      'export ',
      'data ',
      '"',
      ' ',
      '\n',
      '\n ',
      '# a\n',
      '}',
      '{',
      ':',
    ];
    checkGrowth('chunkByIndentation', unitsOf(tokens), text => finish(chunkFile('a.kt', text, undefined)));
    const nested = (text: string) =>
      text
        .split('\n')
        .map((line, depth) => ' '.repeat(Math.min(depth, 400)) + line)
        .join('\n');
    checkGrowth('chunkByIndentation', ['class a\n', 'fn a\n'], text =>
      finish(chunkFile('a.kt', nested(text), undefined)),
    );
  });

  it('of written code', () => {
    checkGrowth('freshPart', unitsOf(['a', ' ', '(', '\n', 'ab();\n']), text => freshPart(text, ''), 4_000);
    checkGrowth('goesRound', unitsOf(['a', ' ', '(', '""', '\u200b', 'ab();\n']), goesRound);
  });

  describe('of source', () => {
    const grammars = new Grammars(nodeAsset, message => {
      throw new Error(message);
    });
    const brackets = ['(', '[', '{', '<'];
    const samples: Readonly<Record<string, readonly string[]>> = {
      'a.ts': [
        ...brackets,
        '([',
        '`${',
        'a.',
        'a+',
        '!',
        'if(a){',
        'function f(){',
        'class A{',
        'a=>',
        'f(()=>{',
        '/**/f();',
        '/** a */\nfunction f(): void;\n',
        'function f(){}\n',
        '// a\n',
        '"',
        '@a ',
        'x?',
        'else if(a){}',
        'namespace a{',
      ],
      'a.tsx': ['<a>', '<a b={'],
      'a.js': [...brackets, 'a(b,', '{a:', 'var a=function(){'],
      'a.py': [
        ...brackets,
        '([',
        'if a:\n',
        'def f(): pass\n',
        '@a\n',
        'lambda:',
        'a.',
        '"""',
        'not ',
        'f"{',
      ],
      'a.go': [
        ...brackets,
        '->',
        'func f(){}\n',
        'func(){',
        'a.',
        '// a\n',
        'const (\na=1\n',
        'type A struct{',
      ],
      'a.rs': [
        ...brackets,
        '#[a]\n',
        '#[a]\nfn f(){}\n',
        'mod a{',
        'impl A{',
        'fn f(){',
        '/// a\n',
        'a!(',
        'a::',
        ')--',
        '}}&',
      ],
      'A.java': [...brackets, 'class A{', 'void f(){}', '@A ', 'a.'],
      'a.cpp': [
        ...brackets,
        '/*<',
        'namespace a{',
        'struct A{',
        'int f(){',
        '#if a\n',
        '*',
        'a<',
        'template<',
      ],
      'A.cs': [...brackets, ']$&', 'class A{', 'namespace a{', '[A]', 'int f(){'],
      'a.php': ['<?php ', '<?php {', '<?php (', '$a->', '<?php function f(){'],
      'a.rb': [...brackets, 'def f\n', 'class A\n', 'do ', '#{', '"#{', 'a.'],
      'a.sh': ['$((', '$(', '`', '(', '{', 'if a;then ', 'f(){', 'case a in '],
    };
    for (const [path, units] of Object.entries(samples))
      it(path, async () => {
        const grammar = await grammars.of(path);
        // The parser may spend 300 ms on errors and a little for each character, and ends between two slices.
        checkGrowth(path, units, text => finish(chunkFile(path, text, grammar)), 32_000, 600);
      });
  });
});
