/** The systems of round `round` (0, 1, ...): each begins with another one, so that none is always first or always after the same. */
export function orderOf(systems, round) {
  if (systems.length === 0) return [];
  const first = round % systems.length;
  const turned = [...systems.slice(first), ...systems.slice(0, first)];
  return Math.floor(round / systems.length) % 2 === 0 ? turned : turned.toReversed();
}
