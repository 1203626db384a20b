// `npm run faults [-- --kills 100] [--seed N]`: the suite of injected faults alone, with many more rounds than in `npm test`.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string' } },
});
for (const [name, value] of Object.entries(values)) {
  if (/^\d+$/.test(value)) continue;
  console.error(`--${name} ${value}: use a whole number`);
  process.exit(2);
}
const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', 'test/faults/**/*.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    TINYMEMORY_FAULTS: 'many',
    TINYMEMORY_KILLS: values.kills,
    ...(values.seed === undefined ? {} : { TINYMEMORY_FAULT_SEED: values.seed }),
  },
});
child.on('exit', code => {
  process.exitCode = code ?? 1;
});
