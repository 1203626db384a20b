// Settings: wrong values become the default and are told once; package.json and the code agree.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isLanguageOn, pathForLanguage } from '../../src/editor/settings/languages.ts';
import type { Settings } from '../../src/editor/settings/settings.ts';
import { defaultSettings, parseSettings, SettingsStore } from '../../src/editor/settings/settings.ts';

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: {
      readonly properties: Readonly<Record<string, { default: unknown; minimum?: number; maximum?: number }>>;
    };
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
const { properties } = manifest.contributes.configuration;

describe('parseSettings', () => {
  function check(
    values: Readonly<Record<string, unknown>>,
    expected: Partial<Settings>,
    problems: RegExp[],
  ): void {
    const parsed = parseSettings(key => values[key]);
    assert.deepEqual(parsed.settings, { ...defaultSettings, ...expected });
    assert.equal(parsed.problems.length, problems.length);
    parsed.problems.forEach(({ message }, index) => {
      assert.match(message, problems[index] ?? /never/);
    });
  }

  it('takes right values and defaults', () => {
    check({}, {}, []);
    check(
      { enable: false, maxTokens: 7, modelFolder: ' ~/m ' },
      { enable: false, maxTokens: 7, modelFolder: '~/m' },
      [],
    );
    check({ modelFolder: 'C:\\m' }, { modelFolder: 'C:\\m' }, []);
  });

  it('replaces wrong values and says which and why', () => {
    check({ enable: 'yes' }, {}, [/^tinymemory\.enable must be true or false; the default is used\.$/]);
    check({ showThreshold: 1.5 }, {}, [/tinymemory\.showThreshold must be a number from 0 to 1/]);
    check({ showThreshold: NaN, threads: -1 }, {}, [
      /showThreshold/,
      /threads must be a whole number from 0 to 64/,
    ]);
    check({ maxTokens: 1.5 }, {}, [/maxTokens must be a whole number from 1 to 256/]);
    check({ languages: { python: 'off' } }, {}, [/languages: "python" must be true or false/]);
    check({ device: 'gpu' }, {}, [/device must be "auto", "wasm" or "webgpu"/]);
    check({ languages: [] }, { languages: {} }, []);
    check({ modelFolder: 'models' }, {}, [/modelFolder must be an absolute path/]);
    check({ modelFolder: null, alternatives: 0 }, {}, [/alternatives/, /modelFolder must be a text/]);
  });

  it('gives valid settings for any values', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(defaultSettings)), fc.anything()), values => {
        const { settings } = parseSettings(key => values[key]);
        const again = parseSettings(key => settings[key]);
        assert.deepEqual(again, { settings, problems: [] });
      }),
    );
  });
});

describe('settings in package.json', () => {
  it('have the names and defaults of the code', () => {
    const declared = Object.entries(properties).map(([name, property]) => [name, property.default]);
    const coded = Object.entries(defaultSettings).map(([key, value]) => [`tinymemory.${key}`, value]);
    assert.deepEqual(Object.fromEntries(declared), Object.fromEntries(coded));
  });

  it('are all in the README, with the same defaults', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| `tinymemory\.([\w.]+)`\s*\| `([^`]*)`/gm)];
    const documented = Object.fromEntries(rows.map(([, key = '', value = '']) => [key, value]));
    for (const [key, value] of Object.entries(defaultSettings)) {
      assert.ok(readme.includes(`\`tinymemory.${key}\``), `the README does not name tinymemory.${key}`);
      if (typeof value !== 'object' && value !== '') assert.equal(documented[key], String(value), key);
    }
  });

  it('leave a workspace that is not trusted only what costs nothing and starts nothing', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const open = Object.keys(properties).filter(name => !restrictedConfigurations.includes(name));
    assert.deepEqual(open.map(name => name.replace('tinymemory.', '')).sort(), [
      'alternatives',
      'languages',
      'maxTokens',
      'multiLine',
      'showThreshold',
    ]);
    for (const name of restrictedConfigurations) assert(Object.hasOwn(properties, name), name);
  });

  it('show no internals among the languages', () => {
    assert.deepEqual(Object.keys(defaultSettings.languages), ['*', 'plaintext', 'markdown', 'log']);
  });

  it('have the bounds of the code', () => {
    for (const [name, { minimum, maximum }] of Object.entries(properties)) {
      if (minimum === undefined || maximum === undefined) continue;
      const problemsOf = (value: number) =>
        parseSettings(key => (`tinymemory.${key}` === name ? value : undefined)).problems.length;
      const values = [minimum, maximum, minimum - 1, maximum + 1];
      assert.deepEqual(values.map(problemsOf), [0, 0, 1, 1], name);
    }
  });
});

describe('SettingsStore', () => {
  it('tells a problem once until it was fixed, and follows changes', () => {
    let values: Readonly<Record<string, unknown>> = { maxTokens: 0 };
    let listener: (() => void) | undefined;
    const told: string[] = [];
    const store = new SettingsStore(
      {
        read: key => values[key],
        onDidChange(listening) {
          listener = listening;
          return { dispose: () => (listener = undefined) };
        },
      },
      ({ setting }) => told.push(setting),
    );
    const changes: [number, number][] = [];
    store.onDidChange(({ before, after }) => changes.push([before.threads, after.threads]));
    const change = (next: typeof values): void => {
      values = next;
      listener?.();
    };
    change({ maxTokens: 0, threads: 2 });
    assert.deepEqual(told, ['tinymemory.maxTokens']);
    change({ threads: 3 });
    change({ maxTokens: 0 });
    assert.deepEqual(told, ['tinymemory.maxTokens', 'tinymemory.maxTokens']);
    assert.deepEqual(changes, [
      [0, 2],
      [2, 3],
      [3, 0],
    ]);
    assert.equal(store.current.threads, 0);
    store.dispose();
    assert.equal(listener, undefined);
  });
});

describe('languages', () => {
  it('are on by their own entry, else by "*", else on', () => {
    assert(isLanguageOn(defaultSettings.languages, 'typescript'));
    assert(!isLanguageOn(defaultSettings.languages, 'plaintext'));
    for (const view of ['scminput', 'search-result', 'code-text-binary', 'Log']) {
      assert(!isLanguageOn(defaultSettings.languages, view), view);
      assert(!isLanguageOn({}, view), view);
      assert(isLanguageOn({ [view]: true }, view), view);
    }
    assert(!isLanguageOn({ '*': false }, 'constructor'));
    assert(isLanguageOn({ '*': false, go: true }, 'go'));
    assert(isLanguageOn({}, 'go'));
  });

  it('give paths to what has none', () => {
    assert.equal(pathForLanguage('untitled', 'python'), 'untitled.py');
    assert.equal(pathForLanguage('untitled', 'constructor'), '');
  });
});
