// Formats of tokens, keys and passwords that tell themselves, wherever they stand. From the issuers' documentation and
// the rules of gitleaks (MIT). Each alternative opens with a fixed text, so that scanning stays fast.

import { looksRandom } from './randomness.ts';

/** The text with each such secret replaced by `placeholder`, and how many there were. */
export function redactKnownFormats(text: string, placeholder: string): { text: string; count: number } {
  let count = 0;
  const redacted = text
    .replace(tokens, () => {
      count++;
      return placeholder;
    })
    .replace(addressPassword, (whole: string, before: string, password: string, host: string) => {
      if (isStandIn(password) || exampleHost.test(host) || password === placeholder) return whole;
      count++;
      return `${before}${placeholder}@${host}`;
    })
    .replace(namedParts, (whole: string, before: string, secret: string) => {
      // `Bearer some-service-token` speaks of a token; a Basic one is encoded and looks random or not by chance.
      if (isStandIn(secret) || (/(?:bearer|token)\s+$/i.test(before) && !looksRandom(secret))) return whole;
      count++;
      return `${before}${placeholder}`;
    });
  return { text: redacted, count };
}

/** What stands where a secret belongs: a template, a variable, stars, or a word that says "put yours here". */
export function isStandIn(value: string): boolean {
  return (
    /^[$%#@&{<[(]|[{}<>]|\$\(|^%?[*x.•_-]+%?$/i.test(value) ||
    /^(?:your|my)[A-Z]/.test(value) ||
    standInPrefix.test(value) ||
    standInWord.test(value)
  );
}

const standInPrefix =
  /^(?:your|my|the|some|any|an?|example|sample|dummy|fake|mock|test|change|insert|enter|replace|placeholder|redacted)(?:[-_. ]|$)/i;
const standInWord =
  /^(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|key|user(?:name)?|admin|root|guest|none|null|undefined|true|false|default|changeme|changeit|postgres|mysql|redis|foo|bar|baz|foobar|abc|qwerty|letmein|example|dummy|fake|mock|test|testing|string|value|demo|hello|world)[\d!]*$/i;

const tokens = new RegExp(
  [
    // Amazon Web Services
    String.raw`(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])`,
    // GitHub, GitLab
    String.raw`gh[pousr]_[A-Za-z0-9]{36,255}`,
    String.raw`github_pat_[A-Za-z0-9_]{22,255}`,
    String.raw`gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas)-[\w-]{20,255}`,
    // Slack, Discord, Telegram
    String.raw`xox[abeoprs]-(?:\d-)?[A-Za-z0-9-]{10,255}`,
    String.raw`xapp-\d-[A-Za-z0-9-]{10,255}`,
    String.raw`https://hooks\.slack\.com/(?:services|workflows)/[\w/+-]{20,255}`,
    String.raw`https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{15,22}/[\w-]{50,100}`,
    String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`,
    // Google
    String.raw`AIza[\w-]{35}(?![\w-])`,
    String.raw`GOCSPX-[\w-]{28}`,
    String.raw`ya29\.[\w-]{20,1000}`,
    // JSON Web Tokens
    String.raw`eyJ[\w-]{10,4000}\.eyJ[\w-]{10,4000}\.[\w-]{10,4000}`,
    // Stripe, Square, Shopify, PayPal's Braintree
    String.raw`[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,255}`,
    String.raw`whsec_[A-Za-z0-9+/=]{24,255}`,
    String.raw`sq0(?:atp|csp)-[\w-]{22,60}`,
    String.raw`shp(?:at|ca|pa|ss)_[\da-fA-F]{32}`,
    String.raw`access_token\$(?:production|sandbox)\$[\da-z]{16}\$[\da-f]{32}`,
    // Package registries
    String.raw`npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])`,
    String.raw`pypi-AgE[\w-]{50,1000}`,
    String.raw`rubygems_[\da-f]{48}`,
    String.raw`dckr_pat_[\w-]{27}`,
    // Models
    String.raw`sk-(?:proj|ant|svcacct|admin|or)-[\w-]{20,255}`,
    String.raw`sk-[A-Za-z0-9]{32,64}(?![\w-])`,
    String.raw`hf_[A-Za-z]{34}(?![A-Za-z0-9])`,
    String.raw`gsk_[A-Za-z0-9]{52}`,
    // Mail and telephony
    String.raw`SG\.[\w-]{22}\.[\w-]{43}`,
    String.raw`SK[\da-f]{32}(?![\da-f])`,
    String.raw`key-[\da-f]{32}(?![\da-f])`,
    // Clouds and tools
    String.raw`do[opr]_v1_[\da-f]{64}`,
    String.raw`dapi[\da-f]{32}(?![\da-f])`,
    String.raw`hvs\.[\w-]{24,255}`,
    String.raw`ATATT3[\w=-]{100,255}`,
    String.raw`lin_api_[A-Za-z0-9]{40}`,
    String.raw`ntn_[A-Za-z0-9]{40,60}`,
    String.raw`AGE-SECRET-KEY-1[A-Z0-9]{58}`,
    String.raw`nvapi-[\w-]{60,80}`,
    String.raw`glsa_[A-Za-z0-9]{32}_[\da-f]{8}`,
  ]
    .map(source => String.raw`(?<![\w-])${source}`)
    .join('|'),
  'g',
);

/** `postgres://user:password@host`. A name and password of an example host are an example. */
const addressPassword =
  /((?<![a-z])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`<>]{0,100}:)([^\s@/'"`<>]{1,200})@([^\s/'"`:<>,)]{1,200})/gi;
const exampleHost = /(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid)$/i;

/** Parts of connection strings and headers: what comes before them says what they are. */
const namedParts = new RegExp(
  String.raw`(\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=|\bAuthorization["']?\s{0,3}[:=,]\s{0,3}["'\`]?(?:Bearer|Basic|Token)\s{1,3}|["'\`]Bearer\s{1,3})([A-Za-z0-9+/_.~-]{20,1000}={0,2})`,
  'gi',
);
