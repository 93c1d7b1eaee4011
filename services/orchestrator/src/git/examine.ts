import { err, ok } from '@mosaic/contracts/kernel'
import { refusedForSecrets } from '@mosaic/contracts/secrets'
import type { GitResult } from './contract/index.ts'
import { firstLine } from './failures.ts'
import { contextLines, SecretScan } from './secret-scan.ts'
import { secretsIn, type SecretFinding } from './secrets.ts'
import { maxCommitBytes, tooLarge } from './staging.ts'
import type { Work } from './work.ts'

const gitlink = '160000'
const modes: ReadonlySet<string> = new Set(['100644', '100755', '120000', gitlink])
const absent = '000000'
const exactDiff = [
  `--unified=${contextLines}`,
  '--text',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--find-renames',
]

type Change = { readonly path: string; readonly oldMode: string; readonly newMode: string; readonly blob: string }
type Env = Readonly<Record<string, string>>

/** `null`: nobody has looked for them. */
export type Secrets = readonly SecretFinding[] | null

/**
 * Looks at what a new tree changes, by plumbing on the mirror and on `env`'s objects; the worktree is not asked.
 * Answers the secrets that it finds, `null` where it is more than is looked through, and refuses what no commit may hold.
 */
export async function examine(
  work: Work,
  { from, tree, message, env }: { from: string; tree: string; message: string; env: Env },
): Promise<GitResult<Secrets>> {
  const shape = await examineShape(work, { from, tree, env })
  if (!shape.ok) return shape
  const { changes, bytes } = shape.value
  if (bytes > maxCommitBytes) return ok(null)
  const inMessage = secretsIn(message, work.secretPatterns).map((secret) => ({ ...secret, file: 'commit message' }))
  const inNames = changes.filter(({ oldMode }) => oldMode === absent).flatMap(({ path }) => inNameOf(path, work))
  const inFiles = await secretsBetween(work, from, tree, env)
  const inChanges = await withoutCopies(work, from, { findings: inFiles, changes })
  return ok([...inMessage, ...inNames, ...inChanges].filter((finding) => !work.allows(finding)))
}

/** A name is not repeated as it is: of one that holds a secret, only where the secret stands is known. */
function inNameOf(path: string, work: Work): SecretFinding[] {
  const parts = path.split('/')
  const at = parts.map((part) => secretsIn(part, work.secretPatterns))
  const file = parts.map((part, index) => (at[index]!.length > 0 ? '[redacted: file name]' : part)).join('/')
  return at.flat().map((secret) => ({ ...secret, file }))
}

/** What a new tree changes, where a commit may hold that: by its modes and its size, whatever is in the files. */
export async function examineShape(
  work: Work,
  { from, tree, env }: { from: string; tree: string; env: Env },
): Promise<GitResult<{ readonly changes: readonly Change[]; readonly bytes: number }>> {
  const list = ['diff-tree', '-r', '--raw', '-z', '--no-abbrev', '--no-renames', from, tree, '--']
  const raw = await work.run(list, { env })
  if (raw.code !== 0)
    return err({ code: 'COMMIT_INVALID', message: `git does not take this commit: ${firstLine(raw.stderr)}` })
  const changes = readRaw(raw.stdout)
  const odd = changes.find(({ oldMode, newMode }) => !isAllowed(oldMode, newMode))
  if (odd) {
    const what = `${JSON.stringify(odd.path)} of mode ${odd.newMode} cannot become part of a commit here.`
    return err({ code: 'COMMIT_INVALID', message: what })
  }
  const bytes = await smallEnough(work, changes, env)
  return bytes.ok ? ok({ changes, bytes: bytes.value }) : bytes
}

/** A file that the base has already, under whatever name, is no new secret. */
async function withoutCopies(
  work: Work,
  from: string,
  { findings, changes }: { findings: readonly SecretFinding[]; changes: readonly Change[] },
): Promise<readonly SecretFinding[]> {
  if (findings.length === 0) return findings
  const listing = await work.read(['ls-tree', '-r', '-z', from])
  const known = new Set(listing.split('\0').map((entry) => /^\d+ blob ([0-9a-f]+)\t/.exec(entry)?.[1]))
  const copies = new Set(changes.filter(({ blob }) => known.has(blob)).map(({ path }) => path))
  return findings.filter(({ file }) => !copies.has(file))
}

/** What a range of commits adds; for commits that were not made through us. */
export async function scanRange(work: Work, from: string, to: string): Promise<GitResult<void>> {
  const found = await secretsBetween(work, from, to, {})
  return secretFree(found.filter((finding) => !work.allows(finding)))
}

/** A new gitlink is a repository inside the worktree, which nobody else can fetch. */
function isAllowed(oldMode: string, newMode: string): boolean {
  return newMode === absent || (modes.has(newMode) && (newMode !== gitlink || oldMode === gitlink))
}

async function smallEnough(work: Work, changes: readonly Change[], env: Env): Promise<GitResult<number>> {
  const blobs = changes.filter(({ newMode }) => newMode !== absent && newMode !== gitlink)
  if (blobs.length === 0) return ok(0)
  const input = blobs.map(({ blob }) => `${blob}\n`).join('')
  const sizes = await work.read(['cat-file', '--batch-check=%(objectsize)'], { input, env })
  const bytes = sizes.split('\n').reduce((sum, size) => sum + Number(size), 0)
  const files = blobs.map(({ path }) => path)
  return bytes > work.mostBytes ? tooLarge(work.mostBytes, bytes, files) : ok(bytes)
}

/** Read as it comes: a commit of many megabytes is not kept as one text. */
async function secretsBetween(work: Work, from: string, to: string, env: Env): Promise<readonly SecretFinding[]> {
  const scan = new SecretScan(work.secretPatterns)
  await work.read(['diff-tree', '-r', '-p', ...exactDiff, from, to, '--'], {
    env,
    onOutput: (chunk) => scan.read(chunk),
  })
  return scan.findings()
}

export function secretFree(findings: Secrets): GitResult<void> {
  if (findings === null) return tooLarge(maxCommitBytes)
  if (findings.length === 0) return ok(undefined)
  return err({
    code: 'SECRET_FOUND',
    message: `${refusedForSecrets(findings)} ${wayOut(findings)}`,
    details: { findings: findings.slice(0, 100) },
  })
}

/** Whatever an agent may think of it: a person decides. */
function wayOut(findings: readonly SecretFinding[]): string {
  const commands = findings
    .slice(0, 3)
    .map(({ file, fingerprint }) => `mosaic work allow AGENT '${file}' ${fingerprint}`)
  return `A person can allow what is none: ${commands.join('; ')}`
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
