import { describe, expect, it } from '@jest/globals';
import { checkClaim } from './check-claim.ts';

const label = (claim: string, source: string): string => checkClaim(claim, source).label;

describe('a predicate without a counterpart in the source', () => {
  it.each([
    ['The storm flattened the barn.', 'The storm left the barn untouched.'],
    ['The barn is roofless.', 'The barn is painted red.'],
    ['The choir was in disarray.', 'The choir was applauded.'],
    ['The trip was a fiasco.', 'The trip was a delight.'],
    ['Die Scheune wurde verschont.', 'Die Scheune wurde verwüstet.'],
    ['El granero quedó intacto.', 'El granero quedó arrasado.'],
    ['该药物应空腹服用。', '该药物应在饭后服用。'],
  ])('"%s" does not follow from "%s"', (claim, source) => {
    expect(label(claim, source)).not.toBe('supported');
  });

  it.each([
    ['The sale takes place in May.', 'The sale is in May.'],
    ['The consent of the board is needed for ponds.', 'Ponds need the consent of the board.'],
    ['The shop sells cheese and wine.', 'Range of the shop: bread, cheese, olives, wine.'],
    ['Warn and error are possible log levels.', 'Log level can be debug, info, warn, error or silent.'],
  ])('does not speak against "%s" from "%s"', (claim, source) => {
    expect(label(claim, source)).toBe('supported');
  });
});

describe('a predicate that the source says of something else', () => {
  it.each([
    ['The budgets are public.', 'Minutes are public, budgets confidential.'],
    ['The test suite failed on Linux.', 'The test suite passed on Linux but failed to start on Windows.'],
    ['Sales grew in Chile.', 'Sales grew in Peru and fell in Chile.'],
    ['`flush()` discards the buffer.', '`flush()` keeps the buffer. `close()` drops the handle.'],
    ['The default is debug.', 'Log level can be debug or info. The default is info.'],
    ['The contract ends each January unless it is renewed.', 'The contract is renewed each January unless it ends in October.'],
  ])('"%s" does not follow from "%s"', (claim, source) => {
    expect(label(claim, source)).not.toBe('supported');
  });

  it.each([
    ['The pool closes at 21:30.', 'The pool opens at 7:00 and closes at 21:30.'],
    ['The recipe calls for grated cheese.', 'The recipe calls for ripe tomatoes, fresh basil, grated cheese and sugar.'],
    ['The landlord must inspect the heating.', 'The landlord pays for the heating and must inspect it.'],
  ])('does not speak against "%s" from "%s"', (claim, source) => {
    expect(label(claim, source)).toBe('supported');
  });
});

describe('a denial by other words than "not"', () => {
  it.each([
    ['The ferry sails in fog.', 'The ferry sails in all weathers except fog.'],
    ['The plant burns coal.', 'The plant burns gas instead of coal.'],
    ['The update started.', 'The update failed to start.'],
    ['Catalogues are in stock.', 'Catalogues are out of stock.'],
    ['Emissions changed.', 'Emissions barely changed.'],
    ['Foxes visit open squares.', 'Foxes avoid open squares.'],
    ['Birch has a balcony.', 'Room | balcony\nAster | yes\nBirch | no'],
    ['Aster has no balcony.', 'Room | balcony\nAster | yes\nBirch | no'],
  ])('"%s" does not follow from "%s"', (claim, source) => {
    expect(label(claim, source)).not.toBe('supported');
  });

  it.each([
    ['The update did not start.', 'The update failed to start.'],
    ['Emissions barely changed.', 'In spring, emissions barely changed.'],
  ])('"%s" follows from "%s"', (claim, source) => {
    expect(label(claim, source)).toBe('supported');
  });
});
