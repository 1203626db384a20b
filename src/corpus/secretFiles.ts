// Files that are refused by their path, before a byte of them is read: environment files, keys, certificates and the
// credential stores of common tools. Sources that merely speak of credentials (`credentials.go`) are let through;
// what they hold goes through redaction as everything else.

import { extensionOf, isCode, isDataEnding } from './fileKind.ts';
import { judgeFolder } from './folderNames.ts';

/** Whether a file of this path may hold secrets as a whole. Letter case counts for nothing. */
export function isSecretPath(path: string): boolean {
  const folders = path.toLowerCase().split('/');
  const name = folders.pop() ?? '';
  if (folders.some(folder => judgeFolder(folder, noSiblings) === 'secret')) return true;
  if (environment.test(name)) return !sample.test(name);
  if (dotless.has(name)) return true;
  if (exactNames.has(name) || keyEndings.has(extensionOf(name)) || secretNames.some(one => one.test(name))) {
    return true;
  }
  // From here on the name is ordinary enough for a source to bear it.
  if (isCode(name) || sample.test(name)) return false;
  if (/^credentials?(?:$|[._-])|[._-]credentials?(?:\.[a-z0-9]+)?$/.test(name)) return true;
  const isData = isDataEnding(extensionOf(name)) || extensionOf(name) === '';
  if (!isData) return false;
  return dataNames.test(name) || folders.some(folder => /^\.?secrets?$/.test(folder));
}

const noSiblings: ReadonlySet<string> = new Set();

/** `.env`, `.env.production`, `app.env`, `.envrc`; without the dot where what follows is a stage or no code. */
const environment =
  /^\.envrc$|^\.env(?:$|[._-])|\.env$|^env(?:[._-]?(?:file|vars|prod|production|staging|stage|dev|development|local|test|ci|qa|uat|live|secrets?|txt))+$|^env$/;
/** Examples are meant to be read, and pass through redaction. */
const sample =
  /[._-](?:example|examples|sample|template|tmpl|dist|defaults?|schema)(?:\.[a-z0-9]+)?$|^(?:example|sample|template)[._-]/;

const exactNames = new Set(
  (
    '.npmrc .pypirc .netrc _netrc .git-credentials .gitcredentials .pgpass pgpass.conf .my.cnf .mylogin.cnf .s3cfg .boto ' +
    '.dockercfg .dockerconfigjson .htpasswd .vault-token .terraformrc terraform.rc .rediscli_auth .credentials ' +
    'kubeconfig kubeconfig.yaml kubeconfig.yml master.key authorized_keys known_hosts shadow passwd ' +
    'application_default_credentials.json local.settings.json auth.json .esmtprc .msmtprc .mutt .fetchmailrc .rclone.conf ' +
    'rclone.conf .hgauth .bash_history .zsh_history .python_history .node_repl_history .psql_history .mysql_history ' +
    '.sqlite_history .irb_history credentials.tfrc.json'
  ).split(' '),
);

/** The same as packers and images take them along, without the dot. */
const dotless = new Set(
  'npmrc pypirc netrc pgpass htpasswd dockercfg envrc yarnrc git-credentials s3cfg boto my.cnf'.split(' '),
);

const keyEndings = new Set(
  (
    'pem key p12 pfx pkcs12 p8 p7b p7c jks jceks bks keystore truststore ppk kdb kdbx keychain keytab crt cer der csr ' +
    'gpg pgp ovpn tfstate tfvars kubeconfig mobileprovision provisionprofile agekey jwk jwks snk publishsettings rdp'
  ).split(' '),
);

const secretNames = [
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:$|[._-])/,
  /\.tfstate(?:\.|$)/,
  /\.tfvars\.json$/,
  /\.json$(?<=(?:^|[._-])service[._-]?account[^/]*\.json)/,
  /\.json$(?<=firebase-adminsdk.*\.json)/,
  /^client[._-]?secrets?.*\.json$/,
  /^(?:gcp|gcloud|google|aws|azure)[._-]?(?:key|creds|credentials)[^/]*\.json$/,
  /\.keystore\.properties$|^keystore\.properties$/,
];

/** `secrets.yaml`, `values-secret.yml`, `db.secrets.json`, `passwords.txt`; not `secret` in the middle of a name. */
const dataNames = new RegExp(
  ['^NAME(?:$|[._-])', String.raw`[._-]NAME(?:\.[a-z0-9]+)?$`]
    .join('|')
    .replaceAll('NAME', '(?:secrets?|passwords?|passwd|api[._-]?keys?|access[._-]?keys?)'),
);
