// VS Code's storage with checksums: values come back as they were stored, and damaged ones not at all.

import assert from 'node:assert/strict';
import { checkedState } from '../../src/editor/settings/checkedState.ts';
import { recordingLogger } from '../worker/support/fakeWorker.ts';
import { fakeMemento } from './support/fakeVscode.ts';

describe('storage of the editor with checksums', () => {
  it('gives back what was stored, as it was then', async () => {
    const state = checkedState(fakeMemento(), recordingLogger());
    const counts = { shown: 1, left: undefined };
    await state.update('counts', counts);
    counts.shown = 2;
    assert.deepEqual(state.get('counts'), { shown: 1 });
    await state.update('flag', true);
    assert.equal(state.get('flag'), true);
    assert.deepEqual([state.get('none'), state.get('none', 7)], [undefined, 7]);
    assert.deepEqual([...state.keys()].sort(), ['counts', 'flag']);
    await state.update('flag', undefined);
    assert.deepEqual(state.keys(), ['counts']);
  });

  it('takes what is damaged, or was stored without a checksum, for absent, and says so once', async () => {
    const memento = fakeMemento();
    const logger = recordingLogger();
    const state = checkedState(memento, logger);
    await memento.update('counts', { checksum: 1, value: { shown: 1 } });
    await memento.update('old', { shown: 1 });
    for (let round = 0; round < 3; round++)
      assert.deepEqual([state.get('counts'), state.get('old', 3)], [undefined, 3]);
    assert.equal(logger.lines.length, 2, logger.lines.join('\n'));
    assert.match(logger.lines[0] ?? '', /^warn: .*counts is damaged/);
    await state.update('counts', { shown: 2 });
    assert.deepEqual(state.get('counts'), { shown: 2 });
  });
});
