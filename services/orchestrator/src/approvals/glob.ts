type Token =
  | { readonly kind: 'is'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'run'; readonly crosses: boolean }

/** A pattern with more alternatives than this is taken as it is written. */
const mostAlternatives = 64

/**
 * Whether a text fits a pattern from its beginning to its end: `*` is any run of characters, `?` one, `{a,b}` either, `\` takes
 * the next as it is. In `paths` neither `*` nor `?` takes in a `/`, which `**` does. An agent chooses the text: it is read once,
 * with at most as many states as the pattern is long, and nothing is tried again.
 */
export function fits(pattern: string, text: string, { paths = false } = {}): boolean {
  return alternatives(pattern).some((each) => matches(tokensOf(each), text, paths))
}

function matches(tokens: readonly Token[], text: string, paths: boolean): boolean {
  let states = reached(tokens, [0])
  for (const character of text) {
    const stops = paths && character === '/'
    const next: number[] = []
    for (const at of states) {
      const token = tokens[at]
      if (token === undefined) continue
      if (token.kind === 'run') {
        if (!stops || token.crosses) next.push(at)
      } else if (token.kind === 'any' ? !stops : token.character === character) next.push(at + 1)
    }
    if (next.length === 0) return false
    states = reached(tokens, next)
  }
  return states.has(tokens.length)
}

/** A run may be empty. */
function reached(tokens: readonly Token[], from: readonly number[]): Set<number> {
  const states = new Set<number>()
  for (let at of from) {
    while (!states.has(at)) {
      states.add(at)
      if (tokens[at]?.kind !== 'run') break
      at += 1
    }
  }
  return states
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = []
  const characters = [...pattern]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!
    if (character === '\\' && at + 1 < characters.length) tokens.push({ kind: 'is', character: characters[++at]! })
    else if (character === '?') tokens.push({ kind: 'any' })
    else if (character === '*') {
      const crosses = characters[at + 1] === '*'
      if (crosses) at += 1
      // `a/**/b` is `a/b` as well.
      if (crosses && characters[at + 1] === '/' && (tokens.length === 0 || isSlash(tokens.at(-1)))) at += 1
      tokens.push({ kind: 'run', crosses })
    } else tokens.push({ kind: 'is', character })
  }
  return tokens
}

const isSlash = (token: Token | undefined) => token?.kind === 'is' && token.character === '/'

function alternatives(pattern: string): string[] {
  let done = ['']
  for (const part of pattern.split(/((?<!\\)\{[^{}]*,[^{}]*\})/)) {
    const options = /^\{.*,.*\}$/.test(part) ? part.slice(1, -1).split(',') : [part]
    done = done.flatMap((before) => options.map((option) => before + option))
    if (done.length > mostAlternatives) return [pattern]
  }
  return done
}
