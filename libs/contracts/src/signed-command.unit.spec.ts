import { describe, expect, it } from '@jest/globals';
import { isSignedAtDoor } from './door.ts';
import { HEADER, callOriginOf } from './envelope.ts';
import { type Vouched, signedCommand } from './signed-command.ts';

const KEY = 'a key of the door';
const vouched: Vouched = {
  tenant: 'acme',
  verb: 'cancel',
  id: 'c-1',
  target: '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0',
  actor: 'key:k1',
  source: 'octobus/gateway',
  payload: Buffer.from('{}'),
};

/** As reflex reads it: from what was published alone. */
function believed({ subject, head, payload }: ReturnType<typeof signedCommand>): boolean {
  const headers = new Map(head);
  const claim = {
    subject,
    payload,
    id: headers.get(HEADER.id) ?? '',
    actor: headers.get(HEADER.actor) ?? '',
    target: headers.get(HEADER.subject) ?? '',
    origin: callOriginOf(headers.get(HEADER.origin)),
  };
  return isSignedAtDoor(KEY, claim, headers.get(HEADER.door));
}

describe('a command that is vouched for', () => {
  it.each([
    ['with an origin', { ...vouched, origin: 'cli' as const }],
    ['without one', vouched],
  ])('is believed %s, by what stands in its headers', (_how, command) => {
    expect(believed(signedCommand(KEY, command))).toBe(true);
    expect(believed(signedCommand('another key', command))).toBe(false);
  });

  it('has no header for what is not said', () => {
    const names = signedCommand(KEY, vouched).head.map(([name]) => name);
    expect(names).not.toEqual(expect.arrayContaining([HEADER.origin]));
    for (const more of ['causation', 'dataSubject', 'traceparent'] as const) {
      expect(names).not.toContain(HEADER[more]);
      expect(new Map(signedCommand(KEY, { ...vouched, [more]: 'x' }).head).get(HEADER[more])).toBe('x');
    }
  });
});
