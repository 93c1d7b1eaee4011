import { err, ok } from '@mosaic/contracts/kernel'
import type {
  AgentBranch,
  AgentBranches,
  BranchLook,
  Commit,
  CommitKept,
  BranchOf,
  GitResult,
  Landed,
  LandRequest,
  RemovedRefs,
} from './contract/index.ts'
import { commitKept } from './commit-kept.ts'
import { firstLine, succeeded, unreachable } from './failures.ts'
import type { GitOutput, RunGit } from './git-command.ts'
import { mergeTrees } from './merge-trees.ts'
import type { Mirrors } from './mirrors.ts'
import type { Origins } from './origins.ts'
import { OnMirror, type Tips, tipsOf } from './tips.ts'
import { type Work, withTrailers } from './work.ts'

export type BranchesDeps = {
  readonly git: RunGit
  readonly mirrors: Mirrors
  readonly origins: Origins
  /** Works on a branch as its agent would, on the mirror alone. */
  readonly onBranch: <T>(branch: AgentBranch, action: (work: Work) => Promise<GitResult<T>>) => Promise<GitResult<T>>
}

/** No more of a change is shown than somebody reads. */
const mostFiles = 1000
const mostCommits = 100
const mostPatchBytes = 2 * 1024 ** 2

export class Branches implements AgentBranches {
  readonly #deps: BranchesDeps

  constructor(deps: BranchesDeps) {
    this.#deps = deps
  }

  async look(of: BranchOf): Promise<GitResult<BranchLook>> {
    const tips = await tipsOf(this.#deps, of)
    if (!tips.ok) return tips
    const { branch: commit, base, mirror } = tips.value
    const read = (args: readonly string[]) => mirror.read(args)
    const [behind = 0, ahead = 0] = (await read(['rev-list', '--left-right', '--count', `${base}...${commit}`]))
      .split('\t')
      .map(Number)
    const from = changedFrom(of, { base, isInBase: ahead === 0 })
    const changed = await read(['diff', '--numstat', '-z', '--no-renames', ...plain, `${from}...${commit}`, '--'])
    const merged = await this.#merged(tips.value)
    const files = readNumstat(changed)
    const log = await read(['log', `--max-count=${mostCommits}`, '--format=%H %s', `${from}..${commit}`, '--'])
    return ok({
      commit,
      baseCommit: base,
      ahead,
      behind,
      // All of it is there already, by whatever way.
      isMerged:
        ahead === 0 ||
        (merged.conflicts.length === 0 && merged.tree === (await read(['rev-parse', `${base}^{tree}`])).trim()),
      conflicts: merged.conflicts,
      files: files.slice(0, mostFiles),
      moreFiles: Math.max(0, files.length - mostFiles),
      commits: log.split('\n').flatMap(commitOf),
    })
  }

  async patch(of: BranchOf, kept?: string): Promise<GitResult<{ patch: string; isCutOff: boolean }>> {
    const tips = await tipsOf(this.#deps, of)
    if (!tips.ok) return tips
    const { base, branch, mirror } = tips.value
    const from = changedFrom(of, { base, isInBase: await mirror.isAncestor(branch, base) })
    const range = kept === undefined ? `${from}...${branch}` : `${kept}^1..${kept}`
    const chunks: Buffer[] = []
    let bytes = 0
    const onOutput = (chunk: Buffer) => {
      if (bytes < mostPatchBytes) chunks.push(chunk)
      bytes += chunk.length
    }
    const output = await mirror.run(['diff', '--patch', '--find-renames', ...plain, range, '--'], { onOutput })
    succeeded(output, 'git diff')
    const patch = Buffer.concat(chunks).subarray(0, mostPatchBytes).toString('utf8')
    return ok({ patch, isCutOff: bytes > mostPatchBytes })
  }

  async land(of: BranchOf, { method, message, trailers }: LandRequest): Promise<GitResult<Landed>> {
    const tips = await tipsOf(this.#deps, of)
    if (!tips.ok) return tips
    const { base, branch, mirror } = tips.value
    const look = await this.look(of)
    if (!look.ok) return look
    if (look.value.isMerged) return ok({ commit: base, changed: false })
    const { tree, conflicts } = await this.#merged(tips.value)
    if (conflicts.length > 0) return conflict(of, conflicts)
    const parents = method === 'merge' ? ['-p', base, '-p', branch] : ['-p', base]
    const input = withTrailers(message, trailers)
    const commit = (await mirror.read(['commit-tree', tree, ...parents, '-F', '-'], { input })).trim()
    const pushed = await this.#push(of, mirror, [`${commit}:refs/heads/${of.base}`])
    if (!pushed.ok) return pushed
    return pushed.value.code === 0 ? ok({ commit, changed: true }) : refusedAtOrigin(of, pushed.value)
  }

  async remove(of: BranchOf, refs: readonly string[]): Promise<GitResult<RemovedRefs>> {
    const upToDate = await this.#deps.mirrors.upToDate(of.repository, of.base)
    if (!upToDate.ok) return upToDate
    const mirror = new OnMirror(this.#deps.git, upToDate.value)
    const origin = await this.#deps.origins.options(of.repository)
    if (!origin.ok) return origin
    const list = ['ls-remote', ...origin.value.fetch, 'origin', ...refs]
    const listed = await mirror.run(list, { network: true })
    if (listed.code !== 0) return unreachable(of.repository, listed)
    const there = listed.stdout.split('\n').flatMap((line) => line.split('\t')[1] ?? [])
    if (there.length > 0) {
      const pushed = await this.#push(
        of,
        mirror,
        there.map((ref) => `:${ref}`),
      )
      if (!pushed.ok) return pushed
      if (pushed.value.code !== 0) return refusedAtOrigin(of, pushed.value)
    }
    const known = refs.flatMap((ref) => [ref, ref.replace(/^refs\/heads\//, 'refs/remotes/origin/')])
    for (const ref of new Set(known)) await mirror.run(['update-ref', '-d', ref])
    return ok({ atOrigin: there })
  }

  async commitKept(branch: AgentBranch, request: CommitKept): Promise<GitResult<Commit>> {
    const { mirrors, onBranch } = this.#deps
    const mirror = await mirrors.upToDate(branch.repository, branch.branch)
    if (!mirror.ok) return mirror
    const at = await mirrors.commitOf(mirror.value, branch.branch)
    return at.ok ? onBranch(branch, (work) => commitKept(work, at.value, request)) : at
  }

  #merged({ mirror, base, branch }: Tips) {
    return mergeTrees((args) => mirror.run(args), base, branch)
  }

  async #push(of: BranchOf, mirror: OnMirror, refspecs: readonly string[]): Promise<GitResult<GitOutput>> {
    const origin = await this.#deps.origins.options(of.repository)
    if (!origin.ok) return origin
    const options = ['--porcelain', '--no-verify', '--atomic', ...(await origin.value.push())]
    return ok(await mirror.run(['push', ...options, 'origin', ...refspecs], { network: true }))
  }
}

/** Against a base that has landed it a branch changes nothing: then it is shown from where it began. */
const changedFrom = ({ begunAt }: BranchOf, { base, isInBase }: { base: string; isInBase: boolean }): string =>
  isInBase ? (begunAt ?? base) : base

const plain = ['--no-color', '--no-ext-diff', '--no-textconv']

/** `insertions\tdeletions\tpath\0`, with `-` for what is not text. */
const readNumstat = (numstat: string): BranchLook['files'] =>
  numstat.split('\0').flatMap((entry) => {
    const [insertions, deletions, path] = entry.split('\t')
    if (path === undefined) return []
    const count = (text: string | undefined) => (text === '-' ? null : Number(text))
    return [{ path, insertions: count(insertions), deletions: count(deletions) }]
  })

const commitOf = (line: string): BranchLook['commits'] => {
  const [commit = '', subject = ''] = [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]
  return commit === '' ? [] : [{ commit, subject: subject.slice(0, 300) }]
}

const conflict = ({ branch, base }: BranchOf, files: readonly string[]): GitResult<never> =>
  err({
    code: 'MERGE_CONFLICT',
    message: `${branch} conflicts with ${base} in ${files.slice(0, 10).join(', ')}. Nothing was changed.`,
    details: { files },
  })

function refusedAtOrigin({ base, repository }: BranchOf, output: GitOutput): GitResult<never> {
  if (/checked out/i.test(output.stdout + output.stderr)) {
    return err({
      code: 'BRANCH_CHECKED_OUT',
      message: `${base} is checked out in ${repository}: merge it there.`,
      details: { branch: base },
    })
  }
  const status = output.stdout.split('\n').find((line) => line.startsWith('!')) ?? output.stderr
  return err({ code: 'PUSH_REJECTED', message: `Origin refused it: ${firstLine(status.replaceAll('\t', ' '))}` })
}
