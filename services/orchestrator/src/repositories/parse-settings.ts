import { err, ok, type Result } from '@mosaic/contracts/kernel'
import { maximumSettingsBytes, type RepositorySettings, repositorySettings } from '@mosaic/contracts/repository'
import { createRedactor } from '@mosaic/redaction'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { readCertificates } from '../sandbox/index.ts'

/** Text that a repository brings along is read, never run: no tags, and aliases only so many times. */
const mostAliases = 100

const redactor = createRedactor()

/** Settings out of their text, or all that is wrong with it, each with its line and field. */
export function parseSettings(text: string): Result<RepositorySettings, string> {
  if (Buffer.byteLength(text) > maximumSettingsBytes) return err(`more than ${maximumSettingsBytes / 1024} kB`)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const lineOf = (offset: number) => `line ${Math.max(1, lines.linePos(offset).line)}`
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => `${lineOf(pos[0])}: ${message}`)
  if (broken.length > 0) return err(broken.join('; '))
  // Before anything of it is shown: what is approved is kept for ever.
  const secret = text.split('\n').findIndex((line) => redactor.text(line) !== line)
  if (secret !== -1) return err(`line ${secret + 1}: this looks like a secret; name its variable under \`pass\``)

  const plain = plainOf(document)
  if (!plain.ok) return plain
  const parsed = repositorySettings.safeParse(plain.value ?? {})
  if (parsed.success) {
    const problem = certificateProblem(parsed.data)
    if (problem === undefined) return ok(parsed.data)
    return err(`${lineOf(offsetOf(document, ['certificates'], undefined))}: certificates: ${problem}`)
  }
  const problems = parsed.error.issues.map((issue) => {
    const { path, message, key } = problemOf(issue)
    return `${lineOf(offsetOf(document, path, key))}: ${[...path, ...(key ? [key] : [])].join('.') || 'the file'}: ${message}`
  })
  return err(problems.join('; '))
}

function certificateProblem({ certificates }: RepositorySettings): string | undefined {
  try {
    if (certificates !== undefined) readCertificates(certificates)
    return undefined
  } catch {
    return 'one of them cannot be read'
  }
}

function plainOf(document: Document): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: mostAliases }))
  } catch (error) {
    return err(error instanceof Error ? error.message : 'cannot be read')
  }
}

function problemOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string; key?: string } {
  if (issue.code === 'unrecognized_keys')
    return { path: issue.path, key: issue.keys[0]!, message: 'there is no such setting' }
  if (issue.code !== 'invalid_union') return { path: issue.path, message: issue.message }
  // Of the alternatives that which fits furthest says what is meant.
  const [nearest] = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)
  if (!nearest || nearest.path.length === 0)
    return { path: issue.path, message: 'expected `none`, or `hosts` with a list' }
  return { path: [...issue.path, ...nearest.path], message: nearest.message }
}

/** Of the deepest part of the path that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[], key: string | undefined): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (!isNode(node)) continue
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined
    const named = pair && isNode(pair.key) ? pair.key : node
    return named.range?.[0] ?? 0
  }
  return 0
}
