// How much the name of a variable, field or setting says that its value is a secret. Names are taken apart into words
// (`apiKey`, `API_KEY`, `api-key`), since `key` in `keyboard` or `token` in `tokenizer` says nothing.

/**
 * `strong`: the value is a secret unless it plainly is none (`password`, `clientSecret`, `apiKey`). `weak`: the name has
 * other common uses, so only a value that looks random is taken for a secret (`key`, `token`, `auth`).
 */
export type Suspicion = 'none' | 'weak' | 'strong';

/** `name` may be qualified (`config.auth.token`): its last part counts, with the one before it for company. */
export function suspicionOf(name: string): Suspicion {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (aboutSecrets.has(last)) return 'none';
  const own = wordsOf(name.slice(name.lastIndexOf('.') + 1));
  if (own.some(word => strongWords.has(word) || strongEnd.test(word)) || lastStrongWords.has(last))
    return 'strong';
  const joined = ` ${words.join(' ')} `;
  if (strongPairs.some(pair => joined.includes(` ${pair} `))) return 'strong';
  // A word such as `public` says something of a key, but nothing of a password that it stands beside.
  if (own.some(word => harmless.has(word))) return 'none';
  return own.some(word => weakWords.has(word)) ? 'weak' : 'none';
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(word => word !== '' && !/^\d+$/.test(word));
}

const strongWords = new Set(
  (
    'secret secrets password passwords passwd passwort pwd passphrase apikey apikeys authtoken accesskey secretkey ' +
    'privatekey apitoken apisecret requirepass masterauth dbpass userpass mnemonic'
  ).split(' '),
);

/** `PGPASSWORD`, `dbpassword`. */
const strongEnd = /(?:password|passwd|passphrase)$/;

/** At the end of a name these are a password; elsewhere they have other meanings (`passCount`). */
const lastStrongWords = new Set('pass creds'.split(' '));

const strongPairs = [
  'api key',
  'api keys',
  'api token',
  'access key',
  'access token',
  'account key',
  'auth key',
  'auth token',
  'bearer token',
  'bot token',
  'consumer key',
  'deploy key',
  'encryption key',
  'license key',
  'master key',
  'private key',
  'private token',
  'refresh token',
  'service key',
  'session key',
  'shared key',
  'signing key',
  'storage key',
  'subscription key',
  'write key',
  'jwt key',
  'app key',
  'client key',
  'hmac key',
  'admin key',
  'server key',
];

const weakWords = new Set(
  'key keys token tokens credential credentials auth authorization pass salt jwt pat cookie login license licence seed signature'.split(
    ' ',
  ),
);

/** A name that ends so speaks of a secret without being one: `passwordField`, `tokenType`, `API_KEY_HEADER`. */
const aboutSecrets = new Set(
  (
    'name names type types path paths file files filename folder dir url uri link label hint title text message error ' +
    'errors field fields header headers prefix suffix pattern regex length size min max count index env var variable ' +
    'placeholder format column param params parameter code codes class selector icon input element label prop event ' +
    'handler policy algorithm alg encoding version kind mode status state provider manager service store storage ' +
    'endpoint scope scopes expiry expires expiration ttl timeout at date time binding map list set desc description comment ' +
    'id ids ref rule rules test spec page route screen view component schema model helper reset required enabled used changed updated created fingerprint digest checksum'
  ).split(' '),
);

/** Words that take the secrecy away: public keys, keys of maps and keyboards, lookups by key. */
const harmless = new Set(
  'next page continuation cursor socket websocket public primary foreign sort partition cache query map object keyboard keybinding shortcut press event i18n locale translation host react row data'.split(
    ' ',
  ),
);
