import { parse } from 'unbash'

/** One program that a command starts. */
export type Part = {
  /** As it is called, with what is set for it: `A=1 git push`. */
  readonly text: string
  /** The program by its name alone, and what a program that starts others starts: `git push`. */
  readonly others: readonly string[]
  /** What it starts is known only when it runs. */
  readonly isOpaque: boolean
}

/** What is longer is not looked into, in characters. */
const mostCharacters = 16_384
const mostDepth = 5
const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash'])
const starters = new Set([
  'env',
  'sudo',
  'doas',
  'nohup',
  'command',
  'exec',
  'xargs',
  'time',
  'nice',
  'timeout',
  'setsid',
  'builtin',
])
/** Of what follows a program that starts another so many beginnings are looked at; what has more cannot be said. */
const mostStarted = 32
const hidden = new Set(['eval', 'source', '.'])
const expansions = new Set([
  'SimpleExpansion',
  'ParameterExpansion',
  'CommandExpansion',
  'ArithmeticExpansion',
  'ProcessSubstitution',
  'Glob',
  'ExtendedGlob',
  'BraceExpansion',
])

type Node = { readonly type?: string; readonly [field: string]: unknown }
type Word = Node & { readonly value: string; readonly text: string; readonly parts?: readonly Node[] }

/** The programs that a shell would start; `null` where that cannot be said. A convenience: a script starts what it likes. */
export function partsOf(command: string, depth = 0): readonly Part[] | null {
  if (command.length > mostCharacters || depth > mostDepth) return null
  try {
    // Whatever stands inside of something else is read only when it is looked at.
    const tree: unknown = JSON.parse(JSON.stringify(parse(command)))
    const parts: Part[] = []
    return collect(tree, { parts, depth }) ? parts : null
  } catch {
    // Written to break whoever reads it.
    return null
  }
}

type Collected = { readonly parts: Part[]; readonly depth: number }

function collect(node: unknown, into: Collected): boolean {
  if (Array.isArray(node)) return node.every((each) => collect(each, into))
  if (typeof node !== 'object' || node === null) return true
  const { type, errors } = node as Node
  if (Array.isArray(errors) && errors.length > 0) return false
  if (type === 'Command' && !add(node as Node, into)) return false
  return Object.values(node).every((each) => collect(each, into))
}

function add({ name, prefix, suffix }: Node, { parts, depth }: Collected): boolean {
  if (name === undefined) return true
  const words = [name as Word, ...(suffix as Word[]).filter(({ type }) => type === 'Word' || type === 'Assignment')]
  const values = words.map(({ value, text }) => (typeof value === 'string' ? value : text))
  const set = (prefix as Word[]).filter(({ type }) => type === 'Assignment').map(({ text }) => text)
  const program = values[0]!.slice(values[0]!.lastIndexOf('/') + 1)
  const others = [[program, ...values.slice(1)].join(' ')]
  const last = starters.has(program) ? Math.min(values.length, mostStarted + 1) : 1
  for (let at = 1; at < last; at++) others.push(values.slice(at).join(' '))
  const isOpaque = hidden.has(program) || isExpanded(name as Word) || (starters.has(program) && values.length > last)
  parts.push({ text: [...set, ...values].join(' '), others, isOpaque })
  return inner(words, values, { parts, depth })
}

/** `sh -c '…'` starts what stands there. */
function inner(words: readonly Word[], values: readonly string[], { parts, depth }: Collected): boolean {
  const shell = values.findIndex((value) => shells.has(value.slice(value.lastIndexOf('/') + 1)))
  const option = shell < 0 ? -1 : values.findIndex((value, at) => at > shell && /^-[a-z]*c[a-z]*$/.test(value))
  const script = option < 0 ? undefined : words[option + 1]
  if (script === undefined) return true
  const found = isExpanded(script) ? null : partsOf(values[option + 1]!, depth + 1)
  if (found) parts.push(...found)
  return found !== null
}

const isExpanded = (word: Word): boolean =>
  (word.parts ?? []).some((part) => expansions.has(part.type ?? '') || isExpanded(part as Word))
