import { type Finding, hasContext, isAlphanumericAt, isDigitAt, type Scene, standsAlone } from './finding.ts';

const ipv4 = /(?:\d{1,3}\.){3}\d{1,3}/g;
const ipv6Run = /[0-9a-fA-F:.]{2,45}(?:%[0-9a-zA-Z]{1,16})?/g;
const mac =
  /(?:[0-9a-fA-F]{2}([: -])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2}\1[0-9a-fA-F]{2})?|(?:[0-9a-fA-F]{4}\.){2,3}[0-9a-fA-F]{4})/g;
const macWords = ['mac', 'ethernet', 'hardware address', 'bssid'];

const isOctet = (part: string): boolean => (part.length === 1 || !part.startsWith('0')) && Number(part) <= 255;
const isIpv4 = (value: string): boolean =>
  value.split('.').length === 4 && value.split('.').every((part) => /^\d{1,3}$/.test(part) && isOctet(part));

/** RFC 4291: eight groups, one run of zeros as "::", the last two groups perhaps as IPv4. */
function isIpv6(value: string): boolean {
  const [address = ''] = value.split('%');
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups[groups.length - 1] ?? '';
  const embedded = last.includes('.');
  if (embedded && !isIpv4(last)) return false;
  const hex = embedded ? groups.slice(0, -1) : groups;
  const size = hex.length + (embedded ? 2 : 0);
  return (
    hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (halves.length === 2 ? size < 8 || (size === 8 && address.endsWith('::')) : size === 8)
  );
}

const trimmedV6 = (run: string): string => {
  const end = run.endsWith('.') ? run.slice(0, -1) : run;
  return /[^:]:$/.test(end) ? end.slice(0, -1) : end;
};

/** The address before is the tail of something with groups of an IPv6 address; `host:10.0.0.1` and `text::ffff:10.0.0.1` aren't. */
function insideIpv6(text: string, colon: number): boolean {
  const run = /(?<![0-9A-Za-z:.])[0-9a-fA-F:]{1,40}$/.exec(text.slice(Math.max(0, colon - 40), colon))?.[0];
  return run !== undefined && (run.includes(':') || run === '');
}

function findIpv4({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  for (const { index, 0: value } of text.matchAll(ipv4)) {
    const end = index + value.length;
    const before = text.charAt(index - 1);
    const touches =
      isAlphanumericAt(text, index - 1) ||
      before === '.' ||
      (before === ':' && insideIpv6(text, index - 1)) ||
      isAlphanumericAt(text, end) ||
      (text.charAt(end) === '.' && isDigitAt(text, end + 1));
    if (!touches && isIpv4(value)) findings.push({ kind: 'ip', start: index, end, score: 0.95 });
  }
  return findings;
}

function findIpv6({ text }: Scene): Finding[] {
  if (!text.includes(':')) return [];
  const findings: Finding[] = [];
  for (const { index, 0: run } of text.matchAll(ipv6Run)) {
    if (run.indexOf(':') === run.lastIndexOf(':')) continue;
    const value = trimmedV6(run);
    const end = index + value.length;
    const after = text.charAt(end);
    const touches =
      isAlphanumericAt(text, index - 1) || text.charAt(index - 1) === ':' || isAlphanumericAt(text, end) || after === '%' || after === ':';
    if (value === '::' && !/^[\s/,;.)\]]?$/.test(after)) continue;
    if (!touches && isIpv6(value)) findings.push({ kind: 'ip', start: index, end, score: value === '::' ? 0.6 : 0.95 });
  }
  return findings;
}

function findMacs(scene: Scene): Finding[] {
  const { text } = scene;
  const findings: Finding[] = [];
  for (const { index, 0: value } of text.matchAll(mac)) {
    const end = index + value.length;
    const continues = /[:-]/.test(text.charAt(end)) && isAlphanumericAt(text, end + 1);
    if (isAlphanumericAt(text, index - 1) || /[:-]/.test(text.charAt(index - 1)) || isAlphanumericAt(text, end) || continues) continue;
    if (value.charAt(2) === ' ' && !standsAlone(scene, index, end) && !hasContext(scene, index, end, macWords)) continue;
    findings.push({ kind: 'mac', start: index, end, score: 0.95 });
  }
  return findings;
}

/** IPv4 and IPv6 addresses (private ones too) and MAC addresses. */
export const findNetworkAddresses = (scene: Scene): Finding[] => [...findIpv4(scene), ...findIpv6(scene), ...findMacs(scene)];
