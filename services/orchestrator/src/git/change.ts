import type { Authorship } from '@mosaic/contracts/quality'
import { GitFault } from './contract/index.ts'
import type { RunGit } from './git-command.ts'

/** Files are told apart as git stores them: what a repository says of renaming, converting and showing is not asked. */
const plainly = ['--no-ext-diff', '--no-textconv', '--no-renames', '--no-color']

/** More than a reviewer reads; in bytes. */
const mostPatchBytes = 400_000
const mostLogBytes = 16 * 1024 ** 2

export type Change = {
  readonly files: readonly { readonly path: string; readonly insertions: number; readonly deletions: number }[]
  readonly patch: string
  readonly isCutOff: boolean
  /** By path, the lines that are new, as they are numbered afterwards. */
  readonly added: ReadonlyMap<string, readonly number[]>
  /** By path, the text of lines that are gone, and of those that have come. */
  readonly texts: ReadonlyMap<string, { readonly gone: readonly string[]; readonly come: readonly string[] }>
  readonly authorship: Authorship
}

/** What a commit changes against an earlier one, read from a mirror that has both. */
export async function changeBetween(git: RunGit, mirror: string, [base, commit]: [string, string]): Promise<Change> {
  const read = async (args: readonly string[], mostBytes: number) => {
    let text = ''
    const onOutput = (chunk: Buffer) => {
      if (text.length <= mostBytes) text += chunk.toString('utf8')
    }
    const { code, stderr } = await git([`--git-dir=${mirror}`, ...args], { onOutput })
    if (code !== 0) throw new GitFault(`git ${args[0]} failed: ${stderr.slice(0, 500)}`)
    return text
  }
  const between = [base, commit, '--']
  const [numbers, lines, patch, log] = await Promise.all([
    read(['diff-tree', '-r', '-z', '--numstat', ...plainly, ...between], mostLogBytes),
    read(['diff-tree', '-r', '-p', '--unified=0', ...plainly, ...between], mostLogBytes),
    read(['diff-tree', '-r', '-p', ...plainly, ...between], mostPatchBytes),
    read(['log', '--no-merges', '--numstat', `--format=${commitMark}`, `${base}..${commit}`, '--'], mostLogBytes),
  ])
  return {
    files: filesOf(numbers),
    patch: patch.slice(0, mostPatchBytes),
    isCutOff: patch.length > mostPatchBytes,
    ...linesOf(lines),
    authorship: authorshipOf(log),
  }
}

function filesOf(numbers: string): Change['files'] {
  return numbers.split('\0').flatMap((entry) => {
    const [, insertions = '', deletions = '', path = ''] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(entry) ?? []
    return path === '' ? [] : [{ path, insertions: Number(insertions) || 0, deletions: Number(deletions) || 0 }]
  })
}

function linesOf(patch: string): Pick<Change, 'added' | 'texts'> {
  const added = new Map<string, number[]>()
  const texts = new Map<string, { gone: string[]; come: string[] }>()
  let path = ''
  let next = 0
  for (const line of patch.split('\n')) {
    const file = /^diff --git a\/(.+) b\/\1$/.exec(line)?.[1]
    const hunk = /^@@ -\S+ \+(\d+)/.exec(line)?.[1]
    if (file !== undefined) [path, next] = [file, 0]
    else if (hunk !== undefined) next = Number(hunk)
    else if (next > 0 && /^[+-]/.test(line)) {
      const text = texts.get(path) ?? { gone: [], come: [] }
      texts.set(path, text)
      ;(line.startsWith('+') ? text.come : text.gone).push(line.slice(1))
      if (line.startsWith('+')) added.set(path, [...(added.get(path) ?? []), next++])
    }
  }
  return { added, texts }
}

/** Agents' commits carry the session that made them. */
const commitMark = 'commit %(trailers:key=Mosaic-Session,valueonly,separator=%x2C)'

function authorshipOf(log: string): Authorship {
  const lines = { byAgents: 0, byPeople: 0 }
  let by: keyof typeof lines = 'byPeople'
  for (const line of log.split('\n')) {
    const trailer = /^commit (.*)$/.exec(line)?.[1]
    if (trailer !== undefined) by = trailer.trim() === '' ? 'byPeople' : 'byAgents'
    const [, insertions, deletions] = /^(\d+)\t(\d+)\t/.exec(line) ?? []
    lines[by] += Number(insertions ?? 0) + Number(deletions ?? 0)
  }
  return lines
}
