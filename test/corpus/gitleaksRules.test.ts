// gitleaks' rules as they are here: patterns that JavaScript takes and no text can make slow, with entropy and exceptions
// as there, and a translation that keeps their meaning.

import { deepStrictEqual, match, ok, throws } from 'node:assert/strict';
import rules from '../../src/corpus/secrets/gitleaks/rules.json' with { type: 'json' };
import { translate } from '../../src/corpus/secrets/gitleaks/translate.ts';
import { redact } from '../../src/corpus/redact.ts';

const found = (pattern: string, text: string): string | undefined =>
  new RegExp(translate(pattern).source).exec(text)?.[0];

describe("gitleaks' rules", () => {
  it('name their source, version and licence, and why some are left out', () => {
    match(rules.version, /^v\d+\.\d+\.\d+/);
    match(rules.commit, /^[\da-f]{40}$/);
    ok(rules.rules.length > 200);
    ok(Object.values(rules.leftOut).every(reason => reason.length > 20));
  });

  it('compile, need a keyword in lower case, and are bounded', () => {
    for (const { id, source, keywords } of rules.rules) {
      ok(new RegExp(source, 'dg').source.length > 0, id);
      ok(keywords.length > 0 && keywords.every(word => word !== '' && word === word.toLowerCase()), id);
      // Translating again checks the bounds, and changes nothing.
      deepStrictEqual(translate(source).source, source, id);
    }
  });

  it('weigh entropy, and let their exceptions through', () => {
    const at = 'beamer_key = "b_' + 'aB3xY9qW2eR5tZ7uI1oP4'.repeat(3).slice(0, 44).toLowerCase() + '"';
    deepStrictEqual(redact(at).count, 1);
    deepStrictEqual(redact('AK' + 'IA' + 'IOSFODNN7EXAMPLE').count, 0);
    deepStrictEqual(redact('do' + 'o_v1_' + 'a'.repeat(64)).count, 0);
  });
});

describe('the translation of patterns', () => {
  it('keeps letter case as flags in the pattern tell it', () => {
    deepStrictEqual(found('(?i)ab-(?-i:Cd)[e-g]', 'AB-CdF'), 'AB-CdF');
    deepStrictEqual(found('(?i)ab-(?-i:Cd)', 'AB-CD'), undefined);
    deepStrictEqual(found('p8e-(?i)[a-z0-9]{4}', 'p8e-Ab1Z'), 'p8e-Ab1Z');
    deepStrictEqual(found('p8e-(?i)[a-z0-9]{4}', 'P8E-Ab1Z'), undefined);
    deepStrictEqual(found('x(?i:y)z', 'xYz'), 'xYz');
    deepStrictEqual(found('x(?i:y)z', 'xYZ'), undefined);
    deepStrictEqual(found('(?i)[^a-c]x', 'Ax'), undefined);
    deepStrictEqual(found('(?i)[\\w.\\x60-]+', '`a.B-'), '`a.B-');
  });

  it('knows classes by name, any character, and the end of the text', () => {
    deepStrictEqual(found('[[:alnum:]]{3}', '--aB1'), 'aB1');
    deepStrictEqual(found('a(?s:.)b', 'a\nb'), 'a\nb');
    deepStrictEqual(found('a.b', 'a\nb'), undefined);
    deepStrictEqual(found('a\\z', 'ba'), 'a');
    deepStrictEqual(found('[]a]+', ']a'), ']a');
  });

  it('bounds what has no bound, and refuses what can be slow', () => {
    deepStrictEqual(found('ab+', `a${'b'.repeat(1000)}`)?.length, 402);
    deepStrictEqual(translate('a{2,5}b').maxLength, 6);
    throws(() => translate('(?:a+)+b'), /choices/);
    throws(() => translate('(?:.*?x){1,5}y'), /choices/);
    throws(() => translate('\\Qa.b\\E'), /no translation/);
  });
});
