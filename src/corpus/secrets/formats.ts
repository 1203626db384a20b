// Tokens and keys that tell themselves by their form, wherever they stand, beside those that gitleaks knows: from the
// issuers' documentation. A token opens with a fixed text, its keyword.

import type { OwnRule } from './ownRule.ts';
import { isStandIn } from './values.ts';
import { looksRandom } from './randomness.ts';

/** A token that opens with one of the keywords. */
function token(source: string, ...keywords: readonly string[]): OwnRule {
  return { ...near(source, 0, ...keywords), isHead: true };
}

/** A token within `reach` characters of a keyword. */
function near(source: string, reach: number, ...keywords: readonly string[]): OwnRule {
  const accepts = (secret: string): boolean => !sampleToken.test(secret);
  return { id: keywords[0] ?? '', source: String.raw`(?<![\w-])${source}`, keywords, reach, accepts };
}

/** `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxxxxxx…`. */
const sampleToken = /EXAMPLE$|([\w.])\1{9}/;

const tokens: readonly OwnRule[] = [
  token(String.raw`(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])`, 'akia', 'asia'),
  token(String.raw`gh[pousr]_[A-Za-z0-9]{36,255}`, 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'),
  token(String.raw`github_pat_[A-Za-z0-9_]{22,255}`, 'github_pat_'),
  token(String.raw`gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas)-[\w-]{20,255}`, ...gitlabHeads()),
  token(
    String.raw`xox[abeoprs]-(?:\d-)?[A-Za-z0-9-]{10,255}`,
    ...'a b e o p r s'.split(' ').map(one => `xox${one}-`),
  ),
  token(String.raw`xapp-\d-[A-Za-z0-9-]{10,255}`, 'xapp-'),
  token(String.raw`hooks\.slack\.com/(?:services|workflows)/[\w/+-]{20,255}`, 'hooks.slack.com'),
  token(String.raw`/api/webhooks/\d{15,22}/[\w-]{50,100}`, '/api/webhooks/'),
  near(String.raw`[MNO][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,45}(?![\w-])`, 150, 'discord', 'bot', 'login('),
  near(String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`, 50, ':aa'),
  token(String.raw`AIza[\w-]{35}(?![\w-])`, 'aiza'),
  token(String.raw`GOCSPX-[\w-]{28}`, 'gocspx-'),
  token(String.raw`ya29\.[\w-]{20,1000}`, 'ya29.'),
  near(String.raw`eyJ[\w-]{10,4000}\.eyJ[\w-]{10,4000}\.[\w-]{10,4000}`, 4100, '.eyj'),
  near(String.raw`k_(?:live|test|prod)_[A-Za-z0-9]{16,255}`, 270, 'k_live_', 'k_test_', 'k_prod_'),
  token(String.raw`whsec_[A-Za-z0-9+/=]{24,255}`, 'whsec_'),
  token(String.raw`sq0(?:atp|csp)-[\w-]{22,60}`, 'sq0atp-', 'sq0csp-'),
  token(String.raw`shp(?:at|ca|pa|ss)_[\da-fA-F]{32}`, 'shpat_', 'shpca_', 'shppa_', 'shpss_'),
  token(String.raw`access_token\$(?:production|sandbox)\$[\da-z]{16}\$[\da-f]{32}`, 'access_token$'),
  token(String.raw`npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])`, 'npm_'),
  token(String.raw`pypi-AgE[\w-]{50,1000}`, 'pypi-age'),
  token(String.raw`rubygems_[\da-f]{48}`, 'rubygems_'),
  token(String.raw`dckr_(?:pat|oat)_[\w-]{27,32}`, 'dckr_'),
  token(
    String.raw`sk-(?:proj|ant|svcacct|admin|or)-[\w-]{20,255}`,
    'sk-proj-',
    'sk-ant-',
    'sk-svcacct-',
    'sk-admin-',
    'sk-or-',
  ),
  token(String.raw`sk-[A-Za-z0-9]{32,64}(?![\w-])`, 'sk-'),
  token(String.raw`hf_[A-Za-z]{34}(?![A-Za-z0-9])`, 'hf_'),
  token(String.raw`gsk_[A-Za-z0-9]{52}`, 'gsk_'),
  token(String.raw`xai-[A-Za-z0-9]{60,100}`, 'xai-'),
  token(String.raw`r8_[A-Za-z0-9]{37}(?![\w-])`, 'r8_'),
  token(String.raw`pplx-[A-Za-z0-9]{40,60}`, 'pplx-'),
  token(String.raw`nvapi-[\w-]{60,80}`, 'nvapi-'),
  token(String.raw`SG\.[\w-]{22}\.[\w-]{43}`, 'sg.'),
  token(String.raw`SK[\da-f]{32}(?![\da-f])`, 'sk'),
  token(String.raw`key-[\da-f]{32}(?![\da-f])`, 'key-'),
  near(String.raw`[\da-f]{32}-us\d{1,2}(?![\w-])`, 40, '-us'),
  token(String.raw`xkeysib-[\da-f]{64}-[A-Za-z0-9]{16}`, 'xkeysib-'),
  token(String.raw`do[opr]_v1_[\da-f]{64}`, 'doo_v1_', 'dop_v1_', 'dor_v1_'),
  token(String.raw`dapi[\da-f]{32}(?![\da-f])`, 'dapi'),
  token(String.raw`hv[sbr]\.[\w-]{24,300}`, 'hvs.', 'hvb.', 'hvr.'),
  token(String.raw`AT(?:ATT|CTT|BBT|STT)3[\w=-]{60,255}`, 'atatt3', 'atctt3', 'atbbt3', 'atstt3'),
  token(String.raw`lin_(?:api|oauth)_[A-Za-z0-9]{32,64}`, 'lin_api_', 'lin_oauth_'),
  token(String.raw`ntn_[A-Za-z0-9]{40,60}`, 'ntn_'),
  token(String.raw`secret_[A-Za-z0-9]{43}(?![\w-])`, 'secret_'),
  token(String.raw`AGE-SECRET-KEY-1[A-Z0-9]{58}`, 'age-secret-key-1'),
  token(String.raw`gl(?:sa|c)_[A-Za-z0-9+/=_]{32,200}`, 'glsa_', 'glc_'),
  token(String.raw`NR(?:AK|JS|AA|II|AL|RA|IQ)-[A-Za-z0-9]{19,40}(?![\w-])`, ...newRelicHeads()),
  near(String.raw`[\da-f]{36}NRAL(?![\w-])`, 45, 'nral'),
  token(String.raw`PMAK-[\da-f]{24}-[\da-f]{34}`, 'pmak-'),
  token(String.raw`pul-[\da-f]{40}`, 'pul-'),
  token(String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}`, ...dopplerHeads()),
  token(String.raw`pscale_(?:tkn|pw|oauth|otkn)_[\w=.-]{32,64}`, 'pscale_'),
  near(String.raw`[ps]k\.eyJ1[\w-]{30,200}\.[\w-]{20,40}`, 260, 'k.eyj1'),
  token(String.raw`pat[A-Za-z0-9]{14}\.[\da-f]{64}(?![\w-])`, 'pat'),
  token(String.raw`fig[do]r?_[\w-]{36,60}`, 'figd_', 'figo_', 'figdr_', 'figor_'),
  token(String.raw`EAA(?:[MC]|CEdEose0cBA|[A-Z])[A-Za-z0-9]{80,500}`, 'eaa'),
  token(String.raw`nf[pcoub]_[A-Za-z0-9]{36,44}(?![\w-])`, 'nfp_', 'nfc_', 'nfo_', 'nfu_', 'nfb_'),
  token(String.raw`rdme_[a-z0-9]{70}`, 'rdme_'),
  token(String.raw`sb(?:p|_secret)_[\w]{30,64}`, 'sbp_', 'sb_secret_'),
  token(String.raw`vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}`, 'vercel_blob_rw_'),
  token(String.raw`f[om]\d_[\w-]{43}(?![\w-])`, 'fo1_', 'fm1_', 'fm2_'),
  token(String.raw`ph[cx]_[A-Za-z0-9]{40,50}(?![\w-])`, 'phc_', 'phx_'),
  token(String.raw`CFPAT-[\w-]{43}`, 'cfpat-'),
  token(String.raw`sl\.(?:u\.)?[\w-]{100,300}`, 'sl.'),
  token(String.raw`tfp_[A-Za-z0-9]{44,64}`, 'tfp_'),
  near(String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}`, 100, '.atlasv1.'),
  token(String.raw`EZ[AT]K[A-Za-z0-9]{54}`, 'ezak', 'eztk'),
  token(String.raw`tk-us-[\w-]{48}`, 'tk-us-'),
  token(String.raw`CCIP(?:AT|RJ)_[A-Za-z0-9]{20,24}_[\da-f]{40}`, 'ccipat_', 'cciprj_'),
  token(String.raw`bkua_[\da-f]{40}`, 'bkua_'),
  token(
    String.raw`rpa_[A-Z0-9]{40,46}|rnd_[A-Za-z0-9]{28,32}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}(?![\w-])`,
    'rpa_',
    'rnd_',
    're_',
  ),
  token(String.raw`https://[\da-f]{32}(?=(?::[\da-f]{32})?@[\w.]{1,60}/\d)`, 'https://'),
];

function gitlabHeads(): string[] {
  return 'pat ptt dt rt cbt soat ft imt agent oas'.split(' ').map(one => `gl${one}-`);
}

function newRelicHeads(): string[] {
  return 'ak js aa ii al ra iq'.split(' ').map(one => `nr${one}-`);
}

function dopplerHeads(): string[] {
  return 'pt st ct sa scim audit'.split(' ').map(one => `dp.${one}.`);
}

/** DER puts the version 0 of a private key where a certificate has another sequence; PEM in base64 begins alike. */
const encodedKeys: readonly OwnRule[] = [
  near(String.raw`MII[A-Za-z0-9+/]{2}[AQgw]IBAA[A-Za-z0-9+/\\=]{40,8000}`, 8010, 'ibaa'),
  token(
    String.raw`(?:MHcCAQEE|MIGHAgEAM|MIG2AgEAM|MC4CAQAwBQYDK2V)[A-Za-z0-9+/=]{30,400}`,
    'mhccaqee',
    'mighageam',
    'mig2ageam',
    'mc4caqawbqydk2v',
  ),
  token(String.raw`LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[A-Za-z0-9+/=]{40,16000}`, 'ls0tls1crudjti'),
];

const exampleHost = /(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid)$/i;

const headersAndAddresses: readonly OwnRule[] = [
  {
    // `postgres://user:password@host`. A name and password of an example host are an example.
    id: 'password in an address',
    keywords: ['://'],
    reach: 0,
    isHead: true,
    source: String.raw`(?<=[a-zA-Z0-9])://[^\s:@/'"\`<>]{0,100}:([^\s@/'"\`<>]{1,200})@(?=([^\s/'"\`:<>,)]{1,200}))`,
    group: 1,
    accepts: (password, [, , host = '']) => !isStandIn(password) && !exampleHost.test(host),
  },
  {
    id: 'key in a connection string',
    keywords: ['accountkey=', 'sharedaccesskey=', 'sharedaccesssignature=', 'sig='],
    reach: 1100,
    source: String.raw`(?:[Aa]ccount[Kk]ey|[Ss]hared[Aa]ccess[Kk]ey|[Ss]hared[Aa]ccess[Ss]ignature|[?&]sig)=([A-Za-z0-9+/%_.~-]{20,1000}={0,2})`,
    accepts: secret => !isStandIn(secret),
  },
  {
    // `Bearer some-service-token` speaks of a token; a Basic one is encoded and looks random or not by chance.
    id: 'token in a header',
    keywords: ['bearer ', 'basic ', 'token '],
    reach: 1100,
    source: String.raw`((?:\b[Aa]uthorization\\?["']?\]?\s{0,3}[:=,]\s{0,3}\\?["'\`]?(?:[Bb]earer|[Bb]asic|[Tt]oken)\s{1,3}|["'\`][Bb]earer\s{1,3}))([A-Za-z0-9+/_.~-]{20,1000}={0,2})`,
    group: 2,
    accepts: (secret, [, before = '']) =>
      !isStandIn(secret) && (/basic\s+$/i.test(before) || looksRandom(secret)),
  },
];

export const formatRules: readonly OwnRule[] = [...tokens, ...encodedKeys, ...headersAndAddresses];
