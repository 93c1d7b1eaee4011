import { Automaton, type Span } from './linear/automaton.ts'
import { type Node, parsePattern, PatternError } from './linear/parse.ts'
import { leastLength, literalOf } from './linear/shape.ts'

/** A pattern that people wrote: what it finds, and what tells soon that it finds nothing. */
export type CustomPattern = {
  readonly name: string
  readonly spans: (text: string) => readonly Span[]
  /** Whether it may find something in a text. */
  readonly mayStandIn: (text: string) => boolean
  /** The same for any text in a value, by its JSON. */
  readonly mayStandInJson: (json: string) => boolean
}

const longestSource = 500
/** Shorter ones are words that occur anyway. */
const leastCharacters = 6
/** A shorter one is looked for no sooner than the pattern itself. */
const leastLiteral = 3

/** @throws PatternError saying what is wrong with it. */
export function compilePattern({ name, pattern }: { readonly name: string; readonly pattern: string }): CustomPattern {
  const node = checked(pattern)
  const automaton = new Automaton(node)
  const literal = literalOf(node)
  const hasLiteral = literal.length >= leastLiteral
  const isPlain = /^[ !#-[\]-~]*$/.test(literal)
  return {
    name,
    spans: (text) => automaton.spans(text),
    mayStandIn: (text) => !hasLiteral || text.includes(literal),
    mayStandInJson: (json) => !hasLiteral || !isPlain || json.includes(literal),
  }
}

function checked(pattern: string): Node {
  if (pattern.length > longestSource) throw new PatternError(`it is longer than ${longestSource} characters`)
  const node = parsePattern(pattern)
  if (leastLength(node) < leastCharacters) {
    throw new PatternError(`it takes in texts of less than ${leastCharacters} characters, which occur anyway`)
  }
  return node
}

/** What every log is full of: ids, hashes, times, words of Mosaic's own. */
const everywhere = [
  '0190d1c8-0000-7000-8000-0000000000a1 6f1dc8f1-a5c8-4c5c-9b3f-0c1de7a0b8d2 f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 da39a3ee5e6b4b0d3255bfef95601890afd80709',
  '2026-01-31T23:59:59.999Z 1767225599 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 9007199254740991',
  'agentSession-0190d1c8-0000-7000-8000-0000000000a1 mosaic/fix-the-login-1a2b3c4d refs/mosaic/wip/ default local',
  'MessageRecorded ToolCompleted tool_use end_turn scripted:hello application/json bubblewrap completed running',
  'toolu_01A09q90qw90lq917835lq9 msg_01XFDUDYJgAACzvnptvVoYEL https://git.example.com/ada/thing.git /home/ada/code',
  'claude-sonnet-4-5-20250929 package.json src/index.ts README.md node_modules function return const import export',
]

/**
 * What a pattern would cover that no log can do without; undefined where there is nothing. An event whose ids are
 * covered would be none.
 */
export function harmIn(pattern: CustomPattern): string | undefined {
  for (const text of everywhere) {
    const [span] = pattern.spans(text)
    if (span) return text.slice(...span)
  }
  return undefined
}
