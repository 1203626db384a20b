// A corpus of made-up secrets in ordinary files, drawn anew from a fixed seed, and the share of them that the filter
// catches: by group, and for the half of the templates that nobody looked at while the rules were tuned.

import { deepStrictEqual, ok } from 'node:assert/strict';
import { seededRandom } from '../../src/base/random.ts';
import { admitText } from '../../src/corpus/admit.ts';
import type { Groups, Sample } from './secrets/draw.ts';
import { drawSample } from './secrets/draw.ts';
import { inCode } from './secrets/inCode.ts';
import { inCommands } from './secrets/inCommands.ts';
import { inConfiguration } from './secrets/inConfiguration.ts';
import { keys } from './secrets/keys.ts';

const groups: Groups = { ...inCode, ...inConfiguration, ...inCommands, ...keys };
const drawsOfEach = 2;
const floor = 0.9;

interface Drawn {
  readonly group: string;
  readonly isHeldOut: boolean;
  /** What the template says, for the message of a failure. */
  readonly about: string;
  readonly isCaught: boolean;
}

/** Caught means that no stretch of twelve characters of it (all of a shorter one) is left. */
function isCaught({ path, text, secrets }: Sample): boolean {
  const admission = admitText(path, text);
  if (admission.kind === 'left-out') return admission.reason === 'secret';
  return secrets.every(secret => {
    const length = Math.min(secret.length, 12);
    for (let at = 0; at + length <= secret.length; at++) {
      if (admission.text.includes(secret.slice(at, at + length))) return false;
    }
    return true;
  });
}

function drawAll(): Drawn[] {
  const random = seededRandom(17);
  return Object.entries(groups).flatMap(([group, templates]) =>
    templates.flatMap((template, index) =>
      Array.from({ length: drawsOfEach }, () => ({
        group,
        isHeldOut: index % 2 === 1,
        about: `${group}, ${template[0]}: ${template[1].slice(0, 160)}`,
        isCaught: isCaught(drawSample(template, random)),
      })),
    ),
  );
}

/** Puts the figures behind the test's name, where the report shows them. */
function checkShare(test: Mocha.Runnable | undefined, drawn: readonly Drawn[]): void {
  const missed = drawn.filter(one => !one.isCaught);
  const caught = drawn.length - missed.length;
  if (test !== undefined) test.title += `: ${caught} of ${drawn.length}`;
  ok(caught >= floor * drawn.length, missed.map(({ about }) => about).join('\n'));
}

describe('made-up secrets in ordinary files', () => {
  let drawn: readonly Drawn[] = [];
  before(() => {
    drawn = drawAll();
  });

  it('are at least 400 in 15 groups', () => {
    ok(drawn.length >= 400);
    deepStrictEqual(Object.keys(groups).length, 15);
  });

  it('are caught', function () {
    checkShare(this.test, drawn);
  });

  it('are caught in the half that was held out', function () {
    checkShare(
      this.test,
      drawn.filter(({ isHeldOut }) => isHeldOut),
    );
  });

  for (const group of Object.keys(groups)) {
    it(`are caught: ${group}`, function () {
      checkShare(
        this.test,
        drawn.filter(one => one.group === group),
      );
    });
  }
});
