const longest = 4000

/** What a call came to, without what differs each time: numbers, times, addresses of memory, space. */
export const outcomeText = (output: string): string =>
  output
    .slice(0, longest)
    .toLowerCase()
    .replaceAll(/\b0x[0-9a-f]+\b/g, '#')
    .replaceAll(/\d+/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim()
