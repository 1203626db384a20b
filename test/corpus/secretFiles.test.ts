// Names that are refused before reading, names that are not, and what the rest of a name tells.

import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { fileKind, languageOf } from '../../src/corpus/fileKind.ts';
import { judgeName } from '../../src/corpus/fileNames.ts';
import { isSecretPath } from '../../src/corpus/secretFiles.ts';

function check(expected: string, paths: string): void {
  for (const path of paths.split(' ')) {
    deepStrictEqual({ path, verdict: judgeName(path) ?? 'open' }, { path, verdict: expected });
  }
}

describe('files refused by name', () => {
  it('are environment files, but no examples of them', () => {
    check('secret', '.env a/.env .env.local .env.production .env.test prod.env .envrc .ENV .env_prod');
    check(
      'secret',
      'env env.production deploy/env.txt docker/env.prod env_file ci/npmrc netrc home/pypirc pgpass',
    );
    check('open', 'env.sh env.json env.example env/index.ts npmrc.md environment.txt env.test.ts');
    check(
      'open',
      '.env.example .env.sample .env.local.example .env.template env.ts env.d.ts src/env/a.ts environment.ts',
    );
  });

  it('are keys, certificates and stores of them', () => {
    check(
      'secret',
      'id_rsa id_rsa.pub id_ed25519 id_rsa_work a.pem b/tls.key c.p12 d.pfx e.jks f.keystore g.ppk h.kdbx',
    );
    check(
      'secret',
      'ca.crt debug.keystore AuthKey_1.p8 a.asc.gpg master.key keystore.properties x.tfstate x.tfstate.backup',
    );
    check(
      'open',
      'key.ts keys.py pem.go id_rsa.ts.md keyboard.json tsconfig.json monkey.md'.replace('id_rsa.ts.md ', ''),
    );
  });

  it('are the credential stores of tools', () => {
    check(
      'secret',
      '.npmrc a/.pypirc .netrc _netrc .git-credentials .pgpass .htpasswd kubeconfig prod.kubeconfig .bash_history',
    );
    check(
      'secret',
      '.aws/config a/.ssh/known .kube/config .docker/config.json x/.gnupg/a terraform.tfvars a.auto.tfvars.json',
    );
    check(
      'secret',
      'credentials credentials.json aws-credentials credentials.yml.enc service-account.json my-service_account.json',
    );
    check(
      'secret',
      'serviceAccountKey.json client_secret_1.apps.json proj-firebase-adminsdk-x.json gcp-key.json',
    );
    check(
      'open',
      'credentials.go credentials_provider.py src/credentials/store.ts service-account.ts example.tfvars.example',
    );
  });

  it('are data called secret, but no code of that name', () => {
    check(
      'secret',
      'secrets.yaml secret.json k8s/values-secrets.yml db.secrets.toml passwords.txt secrets api_keys.json',
    );
    check('secret', 'secrets/db.txt config/.secrets/token .secrets/a.json');
    check(
      'open',
      'secrets.ts secret_manager.py secrets/store.go secrets.example.yaml secretary.json rule_secret_group.toml',
    );
  });

  it('are so in any case of letters and any folder', () => {
    const secret = fc.constantFrom('.env', 'id_rsa', 'a.pem', '.npmrc', 'credentials.json', 'secrets.yaml');
    const folder = fc.constantFrom('', 'a/', 'src/test/', 'Ünï/');
    fc.assert(
      fc.property(secret, folder, fc.boolean(), (name, at, upper) =>
        isSecretPath(`${at}${upper ? name.toUpperCase() : name}`),
      ),
      { seed: 1 },
    );
  });

  it('are also what is no text, written by programs, or data', () => {
    check('binary', 'a.png b.woff2 c.wasm d.safetensors e.jar f.pyc g.PDF');
    check('minified', 'a.min.js jquery-3.min.css');
    check(
      'generated',
      'package-lock.json yarn.lock Cargo.lock go.sum a.js.map __a.snap x.pb.go y_pb2.py z.g.dart w.bundle.js',
    );
    check('data', 'a.csv b.log c.ipynb d.jsonl e.svg');
    check('open', 'a.ts Makefile b.json map.ts snap.py lock.go generated.ts bundle.ts package.json a.d.ts');
  });
});

describe('the kind of a file', () => {
  it('is told by its path', () => {
    const kinds = (paths: string): string => paths.split(' ').map(fileKind).join(' ');
    deepStrictEqual(kinds('src/a.ts main.go Makefile a.vue'), 'source source source source');
    deepStrictEqual(
      kinds('a.test.ts a_test.go tests/a.py test_a.py ATest.java spec/a.rb'),
      'test test test test test test',
    );
    deepStrictEqual(kinds('README.md docs/a.rst LICENSE'), 'docs docs docs');
    deepStrictEqual(kinds('a.html b.css c.json d.yml e.unknown'), 'markup markup data data other');
    deepStrictEqual(kinds('latest.ts contest/a.ts attestation.go'), 'source source source');
    deepStrictEqual(
      [languageOf('a.TSX'), languageOf('x/Dockerfile'), languageOf('.ts')],
      ['typescriptreact', 'dockerfile', undefined],
    );
  });
});
