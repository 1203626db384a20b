// Passwords that a command, a call or a connection string holds in a place of its own, where no name says what it is.

import type { OwnRule } from './ownRule.ts';
import { isGivenPassword } from './values.ts';

/** A word of a shell: quoted or up to a blank. The quotes stay. */
const word = String.raw`\\?["']?([^\s"'\\]{4,200})`;

/** Each match begins with a keyword, or holds one where `reach` is given. */
function given(id: string, keywords: readonly string[], source: string, reach?: number): OwnRule {
  const place = reach === undefined ? { isHead: true, reach: 0 } : { reach };
  return { id, keywords, source, accepts: isGivenPassword, ...place };
}

export const commandRules: readonly OwnRule[] = [
  given(
    'option of a command',
    ['--'],
    String.raw`--(?:[a-z]{1,20}[-.]){0,3}(?:password|passwd|pass|passphrase|secret|token|api-?key|secret-?key|access-?key|auth-?token)(?:=|["'],?\s{1,5}["']|[ \t]{1,5})(?!-)${word}`,
  ),
  given(
    'curl -u',
    ['curl', 'wget'],
    String.raw`\b(?:curl|wget)\b[^\n]{0,300}?\s(?:-u|--user|--proxy-user)[ =]{1,3}["']?[^\s:"']{1,80}:([^\s"']{3,200})`,
  ),
  given(
    'mysql -p',
    ['mysql', 'mariadb'],
    String.raw`\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{0,200}?\s-p["']?([^\s"']{4,100})`,
  ),
  given('sshpass -p', ['sshpass'], String.raw`\bsshpass\s{1,3}-p\s{0,3}${word}`),
  given(
    'login -p',
    ['login'],
    String.raw`\b(?:docker|podman|helm|az|oc|npm|nerdctl|buildah|skopeo)\b[^\n]{0,80}?\blogin\b[^\n]{0,120}?\s-p\s{1,3}${word}`,
  ),
  given('redis-cli -a', ['redis-cli'], String.raw`\bredis-cli\b[^\n]{0,120}?\s-a\s{1,3}${word}`),
  given(
    '--password-stdin',
    ['-stdin'],
    String.raw`\becho\s{1,3}(?:-n\s{1,3})?${word}["']?\s{0,3}\|[^\n|]{1,80}password-stdin`,
    300,
  ),
  given('pass:', ['pass:'], String.raw`pass:([^\s"']{4,100})`),
  given(
    'Go data source',
    ['@tcp(', '@unix('],
    String.raw`["'\`][\w.-]{1,60}:([^\s"'\`@]{4,100})@(?:tcp|unix)\(`,
    200,
  ),
  given('Oracle thin', ['jdbc:oracle'], String.raw`jdbc:oracle:\w{1,10}:[\w$]{1,60}\/([^\s"'@/]{4,100})@`),
  given(
    'basic authentication',
    ['basicauth', 'auth=(', 'auth = ('],
    String.raw`(?:[Bb]asic_?[Aa]uth\w{0,12}\(|\bauth ?= ?\()\s{0,10}["'][^"'\n]{1,80}["'],\s{0,20}["']([^"'\n\s]{4,200})["']`,
  ),
  given(
    'sbt credentials',
    ['credentials('],
    String.raw`\bCredentials\((?:\s{0,10}"[^"\n]{0,100}"\s{0,5},){3}\s{0,10}"([^"\n\s]{4,200})"`,
  ),
  given(
    'PDO',
    ['pdo(', 'mysqli('],
    String.raw`\b(?:PDO|mysqli)\(\s{0,10}["'][^"'\n]{1,200}["'],\s{0,10}["'][^"'\n]{1,80}["'],\s{0,10}["']([^"'\n\s]{4,200})["']`,
  ),
  given(
    'signing',
    ['jwt', 'hmac'],
    String.raw`\b(?:jwt\.(?:sign|verify|encode|decode)|createHmac)\([^\n"'\`]{0,80}(?:["']sha\d{1,3}["'],\s{0,5}|\},\s{0,5})?["'\`]([^"'\`\n\s]{8,200})["'\`]`,
  ),
  given('wallet', ['wallet('], String.raw`\bWallet\(\s{0,5}["'\`](?:0x)?([\da-fA-F]{64})["'\`]`),
  given(
    'identified by',
    ['identified by', 'identified with'],
    String.raw`(?:IDENTIFIED|identified) (?:(?:WITH|with) ['"\`\w]{1,40} )?(?:BY|by|AS|as) (?:(?:PASSWORD|password) )?['"]([^'"\n]{4,200})['"]`,
  ),
];
