import { type Finding, isAlphanumericAt, type Scene } from './finding.ts';

const run = /(?:https?|ftp):\/\/[^\s<>"'`{}|\\^]{3,2048}/gi;
const host = /(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w@-])(?:[/?#][^\s<>"'`]{0,2048})?/gi;
/** Endings of names without a scheme that are hosts and not files, methods or abbreviations. */
const known = new Set(
  (
    'com org net edu gov mil int info biz io co ai app dev cloud tech online site xyz me tv cc eu uk de fr es it nl be ch at se no fi dk pl cz sk hu ro bg gr pt ie ru ua by tr il in pk bd lk cn jp kr tw hk sg my th vn id ph au nz ca us mx br ar cl pe ve za ng ke eg ma ' +
    'ae sa ir is lt lv ee si hr rs ba mk al lu li mc mt cy'
  ).split(' '),
);
const label = /^[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]{0,61}[a-z0-9\u00a1-\uffff])?$/i;

function isHost(name: string): boolean {
  if (/^\[[0-9a-f:.]{2,45}\]$/i.test(name)) return true;
  const labels = name.split('.');
  const last = labels[labels.length - 1] ?? '';
  if (labels.every((part) => /^\d+$/.test(part))) return labels.length === 4 && labels.every((part) => Number(part) <= 255);
  return labels.length >= 2 && labels.every((part) => label.test(part)) && /^(?:[a-z\u00a1-\uffff]{2,24}|xn--[a-z0-9-]{2,59})$/i.test(last);
}

/** Host and port of `scheme://user@host:port/...`. */
function isAddress(value: string): boolean {
  const authority = value.slice(value.indexOf('://') + 3).split(/[/?#]/)[0] ?? '';
  const afterUser = authority.slice(authority.lastIndexOf('@') + 1);
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{0,5}))?$/.exec(afterUser) ?? [];
  if (authority.includes('@') && /^:?@/.test(authority)) return false;
  return isHost(name) && (port === undefined || Number(port) <= 65_535);
}

const trimmed = (value: string): string => {
  const cut = value.replace(/[.,;:!?*]{1,8}$/, '');
  return cut.endsWith(')') && !cut.includes('(') ? cut.slice(0, -1) : cut;
};

/** Web addresses: with a scheme, or a bare host whose ending is in use. Never looked up. */
export function findUrls({ text }: Scene): Finding[] {
  const findings: Finding[] = [];
  if (!text.includes('.')) return findings;
  for (const { index, 0: found } of text.matchAll(run)) {
    const value = trimmed(found);
    if (!isAlphanumericAt(text, index - 1) && isAddress(value))
      findings.push({ kind: 'url', start: index, end: index + value.length, score: 0.6 });
  }
  for (const { index, 0: found } of text.matchAll(host)) {
    const value = trimmed(found);
    const name = value.split(/[/?#]/)[0] ?? '';
    if (text.charAt(index - 1) === '/' || !known.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) || !isHost(name)) continue;
    findings.push({ kind: 'url', start: index, end: index + value.length, score: 0.4 });
  }
  return findings;
}
