// Text of a scenario file → scenario, or every problem with the line and column where it is.
import { LineCounter, isMap, isNode, isScalar, parseDocument, visit } from 'yaml'
import type { Document, Node } from 'yaml'
import type { z } from 'zod'
import { crossChecks } from './cross-checks.ts'
import type { Scenario } from './schema.ts'
import { scenarioSchema } from './schema.ts'

export interface Problem {
  /** Counted from 1, as editors do. */
  line: number
  column: number
  reason: string
}

/** A scenario file that cannot be played. `message` has one `file:line:column: reason` per line. */
export class ScenarioError extends Error {
  override name = 'ScenarioError'
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map(({ line, column, reason }) => `${file}:${line}:${column}: ${reason}`).join('\n'))
    this.file = file
    this.problems = problems
  }
}

/** Parses and compiles the text of a scenario file. Throws {@link ScenarioError} with all problems, in file order. */
export function validateScenario(text: string, file: string): Scenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const syntax = [
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => ({ at: pos[0], reason: message })),
    ...lostAliases(document),
  ]
  if (syntax.length > 0) throw refusal(file, syntax, lines)

  const parsed = scenarioSchema.safeParse(toPlain(document, file, lines))
  const issues = parsed.success ? crossChecks(parsed.data) : parsed.error.issues.flatMap((issue) => leaves(issue, []))
  if (parsed.success && issues.length === 0) return parsed.data
  throw refusal(
    file,
    issues.map((issue) => ({ at: offset(document, issue), reason: `${pathText(issue.path)}${issue.message}` })),
    lines,
  )
}

/** An alias may only name an anchor that stands before it. */
function lostAliases(document: Document): { at: number; reason: string }[] {
  const lost: { at: number; reason: string }[] = []
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document)) return
      lost.push({ at: alias.range?.[0] ?? 0, reason: `no anchor &${alias.source} stands before this alias` })
    },
  })
  return lost
}

function toPlain(document: Document, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw refusal(file, [{ at: 0, reason: error instanceof Error ? error.message : 'cannot be read' }], lines)
  }
}

interface Issue {
  path: PropertyKey[]
  message: string
  key?: string
}

/** Of a union, only the alternative that came furthest says anything useful. */
function leaves(issue: z.core.$ZodIssue, prefix: PropertyKey[]): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path, key, message: `unknown key "${key}"` }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const best = issue.errors.toSorted((a, b) => progress(b) - progress(a))[0] ?? []
    if (progress(best) > 0) return best.flatMap((inner) => leaves(inner, path))
    const wanted = issue.errors.flatMap((errors) =>
      errors.map((inner) => (inner.code === 'invalid_type' ? inner.expected : inner.message)),
    )
    return [{ path, message: `expected ${[...new Set(wanted)].join(' or ')}` }]
  }
  return [{ path, message: issue.message }]
}

/** 0 when an alternative failed at once because the value is of another type. */
function progress(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    0,
    ...issues.map((issue) => (issue.code === 'invalid_type' && issue.path.length === 0 ? 0 : 1 + issue.path.length)),
  )
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text === '' ? '' : `${text.replace(/^\./, '')}: `
}

function offset(document: Document, issue: Issue): number {
  for (let length = issue.path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(issue.path.slice(0, length), true)
    if (!isNode(node)) continue
    const key = issue.key === undefined ? undefined : keyNode(node, issue.key)
    return (key ?? node).range?.[0] ?? 0
  }
  return 0
}

function keyNode(node: Node, key: string): Node | undefined {
  if (!isMap(node)) return undefined
  const found = node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key
  return isNode(found) ? found : undefined
}

function refusal(file: string, found: { at: number; reason: string }[], lines: LineCounter): ScenarioError {
  const problems = found
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, reason }) => {
      const { line, col } = lines.linePos(at)
      return { line: Math.max(1, line), column: Math.max(1, col), reason }
    })
  return new ScenarioError(file, problems)
}
