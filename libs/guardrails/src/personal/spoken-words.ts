const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Says which of many words a text holds anywhere, in one pass: `spokenWords(words)(lower)` is the set of those words. Asking for each word
 * would cost most of the time of a short text.
 */
export function spokenWords(words: readonly string[]): (lower: string) => ReadonlySet<string> {
  const sorted = [...new Set(words)].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const longer = new Map(sorted.map((word) => [word, sorted.filter((other) => other !== word && other.startsWith(word))]));
  const pattern = new RegExp(sorted.map(escaped).join('|'), 'g');
  return (lower) => {
    const said = new Set<string>();
    pattern.lastIndex = 0;
    for (let match = pattern.exec(lower); match !== null && said.size < sorted.length; match = pattern.exec(lower)) {
      const { 0: word, index } = match;
      said.add(word);
      for (const other of longer.get(word) ?? []) if (lower.startsWith(other, index)) said.add(other);
      pattern.lastIndex = index + 1;
    }
    return said;
  };
}
