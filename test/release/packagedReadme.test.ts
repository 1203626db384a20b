// The README in the VSIX: everything but its pictures, which VS Code would show broken.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packagedReadme } from '../../src/release/packagedReadme.ts';

describe('release/packagedReadme', () => {
  it('leaves out pictures that are paragraphs, and nothing else', () => {
    assert.equal(packagedReadme('a\n\n![p](b.png)\n\nc ! [d](e)\n'), 'a\n\nc ! [d](e)\n');
    assert.equal(packagedReadme('![p](b.png)\n'), '');
  });

  it('refuses a picture amid text', () => {
    for (const text of ['a ![p](b.png) c', '<img src="b.png">', '- ![p](b.png)']) {
      assert.throws(() => packagedReadme(text), /paragraph of its own/);
    }
  });

  it('is what this README can become', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const packaged = packagedReadme(readme);
    assert(packaged.length < readme.length);
    assert.equal(packaged.split('\n## ').length, readme.split('\n## ').length);
  });
});
