import { sourceSpan } from '../text/mapped-text.ts';
import { visible } from '../text/visible.ts';

/** Why a link is not let out. */
export type LinkKind = 'link-carries-data' | 'link-host' | 'link-disguised' | 'link-scheme';

export interface LinkFinding {
  readonly kind: LinkKind;
  /** UTF-16 offsets of the address in the text given; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

const address = /(?:(?:https?|ftp|wss?):\/\/|(?<=[("'=<:\s])\/\/(?=[a-z0-9[]))[^\s<>"'`)\]}|\\^]{1,8192}/gi;
/** Schemes that carry their own content or run it. */
const acting = /(?<![a-z0-9])(?:data:[a-z]{1,20}\/[a-z0-9.+-]{1,60}[;,]|data:[;,]|(?:javascript|vbscript):)[^\s<>"'`)\]}]{0,8192}/gi;
const markdownImage = /^!\[[^\]\n]*\]\(\s{0,3}<?$/;
const loadingElement = /^<(?:img|image|iframe|script|link|video|audio|source|embed|object|input)\b[^>]*=\s?["']?$/i;
const lookBack = 640;

/** Whether what stands before an address has it fetched without a click. */
const isFetched = (before: string): boolean =>
  markdownImage.test(before.slice(Math.max(0, before.lastIndexOf('![')))) ||
  loadingElement.test(before.slice(Math.max(0, before.lastIndexOf('<', before.length - 2)))) ||
  /url\(\s?["']?$/i.test(before.slice(-8));

interface Parts {
  readonly authority: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

function partsOf(url: string): Parts {
  const rest = url.slice(url.indexOf('//') + 2);
  const cut = rest.search(/[/?#]/);
  const authority = cut < 0 ? rest : rest.slice(0, cut);
  const tail = cut < 0 ? '' : rest.slice(cut);
  const query = tail.search(/[?#]/);
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d{1,5}$/, '')
    .replace(/[.,;:!]+$/, '')
    .toLowerCase();
  return { authority, host, path: query < 0 ? tail : tail.slice(0, query), query: query < 0 ? '' : tail.slice(query + 1) };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const kindsOfUnits = (value: string): number => [/[a-z]/, /[A-Z]/, /[0-9]/].filter((one) => one.test(value)).length;

/** Long and mixed as encodings are; words joined by hyphens, ids and digests of files are not meant. */
function looksEncoded(value: string, from: number): boolean {
  if (value.length < from || uuid.test(value)) return false;
  if (/^[0-9a-f]+$/i.test(value)) return value.length > 64 || (value.length >= from && value.length !== 40 && value.length !== 64);
  return /^[A-Za-z0-9+/=_~.-]+$/.test(value) && kindsOfUnits(value) >= 2 && !/^[a-z0-9]+(?:[-_.][a-z0-9]+){2,}$/i.test(value);
}

const valuesOf = (query: string): string[] => query.split(/[&;#]/).map((pair) => pair.slice(pair.indexOf('=') + 1));
/** A sentence in an address: several encoded spaces. */
const isSentence = (value: string): boolean =>
  (value.match(/%20|\+|%0a/gi)?.length ?? 0) >= 5 || (value.match(/%[0-9a-f]{2}/gi)?.length ?? 0) >= 12;

/** Room for what should not leave: in the query, the path or the name of the host. */
function carriesData({ host, path, query }: Parts, withoutClick: boolean): boolean {
  if (withoutClick && query !== '') return true;
  if (query.length > 400) return true;
  if (valuesOf(query).some((value) => looksEncoded(value, 24) || isSentence(value))) return true;
  if (path.split('/').some((segment) => looksEncoded(segment, withoutClick ? 24 : 80) || isSentence(segment))) return true;
  return host.split('.').some((label) => label.length >= 40 || looksEncoded(label, 32));
}

/** `example.com` allows itself and its sub-domains. */
const isAllowed = (host: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => host === one.toLowerCase() || host.endsWith(`.${one.toLowerCase()}`));

function judged(url: string, withoutClick: boolean, allowed: readonly string[] | undefined): LinkKind | undefined {
  const parts = partsOf(url);
  if (parts.authority.includes('@') || parts.host.split('.').some((label) => label.startsWith('xn--')) || /[^\p{ASCII}]/u.test(parts.host))
    return 'link-disguised';
  if (allowed !== undefined) return isAllowed(parts.host, allowed) ? undefined : 'link-host';
  return carriesData(parts, withoutClick) ? 'link-carries-data' : undefined;
}

/**
 * Addresses through which a text could carry something away: a host that is not on the list, or, without a list, room filled with data; hosts
 * that look like others; schemes that run or hold content. Text of any origin; linear in its length.
 */
export function findLinks(text: string, allowedHosts: readonly string[] | undefined): LinkFinding[] {
  const seen = visible(text);
  const findings: LinkFinding[] = [];
  const add = (kind: LinkKind, start: number, length: number): void => {
    findings.push({ kind, ...sourceSpan(seen, start, start + length) });
  };
  for (const { 0: url, index } of seen.text.matchAll(address)) {
    const before = seen.text.slice(Math.max(0, index - lookBack), index);
    const kind = judged(url, isFetched(before), allowedHosts);
    if (kind !== undefined) add(kind, index, url.length);
  }
  for (const { 0: url, index } of seen.text.matchAll(acting)) add('link-scheme', index, url.length);
  return findings.sort((a, b) => a.start - b.start);
}
