import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract.ts'
import { secretsIn, secretsInDiff, type SecretFinding } from './secrets.ts'
import type { Work } from './work.ts'

/** More than this in one commit is build output, not work. */
const maxCommitBytes = 64 * 1024 ** 2
const gitlink = '160000'
const deleted = /^0+$/
const exactDiff = ['--unified=0', '--text', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames']

type Change = { readonly path: string; readonly oldMode: string; readonly newMode: string; readonly blob: string }

/** Stages everything that .gitignore allows and answers the tree; a refusal leaves the worktree as it was. */
export async function stageAll(work: Work, tip: string, message: string): Promise<GitResult<string>> {
  await work.read(['add', '--all', '--', '.'])
  const changes = await withoutNestedRepositories(work, tip)
  const refusal = changes.length === 0 ? nothing() : await examine(work, tip, changes, message)
  if (!refusal.ok) {
    await work.read(['read-tree', '--reset', tip])
    return refusal
  }
  return ok((await work.read(['write-tree'])).trim())
}

/** What a range of commits adds; for commits that were not made through us. */
export async function scanRange(work: Work, from: string, to: string): Promise<GitResult<void>> {
  return secretFree(secretsInDiff(await work.read(['diff', ...exactDiff, from, to, '--'])))
}

function nothing(): GitResult<never> {
  return err({ code: 'NOTHING_TO_COMMIT', message: 'Nothing has changed since the last commit.' })
}

async function examine(work: Work, tip: string, changes: readonly Change[], message: string): Promise<GitResult<void>> {
  const blobs = changes.filter(({ blob, newMode }) => !deleted.test(blob) && newMode !== gitlink)
  const sizes = await work.read(['cat-file', '--batch-check=%(objectsize)'], {
    input: blobs.map(({ blob }) => `${blob}\n`).join(''),
  })
  const bytes = sizes.split('\n').reduce((sum, size) => sum + Number(size), 0)
  if (bytes > maxCommitBytes) return tooLarge(bytes, blobs)
  const inMessage = message
    .split('\n')
    .flatMap((text, index) => secretsIn(text).map((kind) => ({ file: 'commit message', line: index + 1, kind })))
  const inFiles = secretsInDiff(await work.read(['diff', '--cached', ...exactDiff, tip, '--']))
  return secretFree([...inMessage, ...inFiles])
}

function secretFree(findings: readonly SecretFinding[]): GitResult<void> {
  if (findings.length === 0) return ok(undefined)
  const places = findings.slice(0, 10).map(({ file, line, kind }) => `${file}:${line} (${kind})`)
  return err({
    code: 'SECRET_FOUND',
    message: `Not committed, since it holds secrets: ${places.join(', ')}. Take them out, or read them from the environment.`,
    details: { findings: findings.slice(0, 100) },
  })
}

function tooLarge(bytes: number, blobs: readonly Change[]): GitResult<never> {
  const files = blobs.slice(0, 10).map(({ path }) => path)
  const [size, limit] = [bytes, maxCommitBytes].map((value) => Math.ceil(value / 1024 ** 2))
  return err({
    code: 'COMMIT_TOO_LARGE',
    message: `${size} MB in one commit, where ${limit} MB are allowed. Put build output into .gitignore.`,
    details: { bytes, files },
  })
}

/** A repository inside the worktree would become a submodule that nobody else can fetch. */
async function withoutNestedRepositories(work: Work, tip: string): Promise<Change[]> {
  // Index against tree: nothing of the nested repositories themselves is looked at, let alone run.
  const exact = ['--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=none']
  const changes = readRaw(await work.read(['diff', '--cached', ...exact, tip, '--']))
  const nested = changes.filter(({ oldMode, newMode }) => newMode === gitlink && oldMode !== gitlink)
  if (nested.length === 0) return changes
  const input = nested.map(({ path }) => `${path}\0`).join('')
  await work.read(['update-index', '--force-remove', '-z', '--stdin'], { input })
  return changes.filter((change) => !nested.includes(change))
}

/** `:100644 100644 <old> <new> M\0path\0` */
function readRaw(raw: string): Change[] {
  const parts = raw.split('\0')
  const changes: Change[] = []
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [oldMode = '', newMode = '', , blob = ''] = parts[index]!.replace(/^:/, '').split(' ')
    changes.push({ path: parts[index + 1]!, oldMode, newMode, blob })
  }
  return changes
}
