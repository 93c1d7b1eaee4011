import type { Node } from './parse.ts'

/** Characters of the shortest text that a pattern takes in. */
export function leastLength(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + leastLength(part), 0)
    case 'choice':
      return Math.min(...node.options.map(leastLength))
    case 'repeat':
      return node.least * leastLength(node.part)
  }
}

/** The one character that a node stands for. */
function characterOf(node: Node): string {
  if (node.kind !== 'set' || node.set.length !== 1) return ''
  const [from, to] = node.set[0]!
  return from === to ? String.fromCharCode(from) : ''
}

/** The longest text that stands in all that a pattern takes in; '' where none is known. */
export function literalOf(node: Node): string {
  const parts = node.kind === 'sequence' ? node.parts : [node]
  let [longest, run] = ['', '']
  for (const part of parts) {
    run = characterOf(part) === '' ? '' : run + characterOf(part)
    const inner = part.kind === 'sequence' ? literalOf(part) : ''
    for (const text of [run, inner]) if (text.length > longest.length) longest = text
  }
  return longest
}
