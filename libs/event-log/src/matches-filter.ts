/** Whether a subject stands under a filter: `*` is one token, a last `>` one or more. */
export function matchesFilter(filter: string, subject: string): boolean {
  return filter === subject || tokensMatch(filter.split('.'), subject.split('.'));
}

/** `matchesFilter` for a filter and a subject that are taken apart already. */
export function tokensMatch(wanted: readonly string[], tokens: readonly string[]): boolean {
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '>') return tokens.length > i;
    if (tokens[i] === undefined || (wanted[i] !== '*' && wanted[i] !== tokens[i])) return false;
  }
  return tokens.length === wanted.length;
}
