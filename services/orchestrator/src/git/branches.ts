import { err, ok } from '@mosaic/contracts/kernel'
import type { AgentBranches, BranchLook, BranchOf, GitResult, Landed, LandRequest, RemovedRefs } from './contract.ts'
import { firstLine, succeeded, unreachable } from './failures.ts'
import type { GitCall, GitOutput, RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'
import type { Origins } from './origins.ts'
import { withTrailers } from './work.ts'

export type BranchesDeps = { readonly git: RunGit; readonly mirrors: Mirrors; readonly origins: Origins }

/** No more of a change is shown than somebody reads. */
const mostFiles = 1000
const mostPatchBytes = 2 * 1024 ** 2

type Tips = { readonly mirror: string; readonly branch: string; readonly base: string }

export class Branches implements AgentBranches {
  readonly #deps: BranchesDeps

  constructor(deps: BranchesDeps) {
    this.#deps = deps
  }

  async look(of: BranchOf): Promise<GitResult<BranchLook>> {
    const tips = await this.#tips(of)
    if (!tips.ok) return tips
    const { branch: commit, base } = tips.value
    const read = this.#reader(tips.value)
    const [behind = 0, ahead = 0] = (await read(['rev-list', '--left-right', '--count', `${base}...${commit}`]))
      .split('\t')
      .map(Number)
    const changed = await read(['diff', '--numstat', '-z', '--no-renames', ...plain, `${base}...${commit}`, '--'])
    const merged = await this.#merged(tips.value)
    const files = readNumstat(changed)
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
    })
  }

  async patch(of: BranchOf, kept?: string): Promise<GitResult<{ patch: string; isCutOff: boolean }>> {
    const tips = await this.#tips(of)
    if (!tips.ok) return tips
    const { base, branch, mirror } = tips.value
    const range = kept === undefined ? `${base}...${branch}` : `${kept}^1..${kept}`
    const chunks: Buffer[] = []
    let bytes = 0
    const onOutput = (chunk: Buffer) => {
      if (bytes < mostPatchBytes) chunks.push(chunk)
      bytes += chunk.length
    }
    const output = await this.#run(mirror, ['diff', '--patch', '--find-renames', ...plain, range, '--'], { onOutput })
    succeeded(output, 'git diff')
    const patch = Buffer.concat(chunks).subarray(0, mostPatchBytes).toString('utf8')
    return ok({ patch, isCutOff: bytes > mostPatchBytes })
  }

  async land(of: BranchOf, { method, message, trailers }: LandRequest): Promise<GitResult<Landed>> {
    const tips = await this.#tips(of)
    if (!tips.ok) return tips
    const { base, branch, mirror } = tips.value
    const look = await this.look(of)
    if (!look.ok) return look
    if (look.value.isMerged) return ok({ commit: base, changed: false })
    const { tree, conflicts } = await this.#merged(tips.value)
    if (tree === undefined || conflicts.length > 0) return conflict(of, conflicts)
    const parents = method === 'merge' ? ['-p', base, '-p', branch] : ['-p', base]
    const input = withTrailers(message, trailers)
    const commit = succeeded(
      await this.#run(mirror, ['commit-tree', tree, ...parents, '-F', '-'], { input }),
      'git commit-tree',
    ).trim()
    const pushed = await this.#push(of, mirror, [`${commit}:refs/heads/${of.base}`])
    if (!pushed.ok) return pushed
    return pushed.value.code === 0 ? ok({ commit, changed: true }) : refusedAtOrigin(of, pushed.value)
  }

  async remove(of: BranchOf, refs: readonly string[]): Promise<GitResult<RemovedRefs>> {
    const upToDate = await this.#deps.mirrors.upToDate(of.repository, of.base)
    if (!upToDate.ok) return upToDate
    const mirror = upToDate.value
    const origin = await this.#deps.origins.options(of.repository)
    if (!origin.ok) return origin
    const list = ['ls-remote', ...origin.value.fetch, 'origin', ...refs]
    const listed = await this.#run(mirror, list, { network: true })
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
    for (const ref of new Set(known)) await this.#run(mirror, ['update-ref', '-d', ref])
    return ok({ atOrigin: there })
  }

  /** Where branch and base stand now. The branch at origin counts where somebody has gone on there. */
  async #tips(of: BranchOf): Promise<GitResult<Tips>> {
    const { mirrors } = this.#deps
    const mirror = await mirrors.upToDate(of.repository, of.base)
    if (!mirror.ok) return mirror
    const fetched = await mirrors.upToDate(of.repository, of.branchAtOrigin ?? of.branch)
    if (!fetched.ok) return fetched
    const at = async (ref: string) => {
      const found = await this.#run(mirror.value, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
      return found.code === 0 ? found.stdout.trim() : undefined
    }
    const base = await at(`refs/remotes/origin/${of.base}`)
    if (!base) return missing(of.base)
    const [mine, theirs] = [
      await at(`refs/heads/${of.branch}`),
      await at(`refs/remotes/origin/${of.branchAtOrigin ?? of.branch}`),
    ]
    const isAhead = !theirs || (mine && (await this.#isAncestor(mirror.value, theirs, mine)))
    const branch = isAhead ? mine : theirs
    return branch ? ok({ mirror: mirror.value, base, branch }) : missing(of.branch)
  }

  async #merged({ mirror, base, branch }: Tips): Promise<{ tree: string | undefined; conflicts: readonly string[] }> {
    const merge = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, branch]
    const output = await this.#run(mirror, merge)
    if (output.code > 1 || output.timedOut) succeeded(output, 'git merge-tree')
    const [tree, ...files] = output.stdout.split('\0').filter((part) => part !== '')
    return { tree, conflicts: output.code === 0 ? [] : files }
  }

  async #isAncestor(mirror: string, ancestor: string, descendant: string): Promise<boolean> {
    return (await this.#run(mirror, ['merge-base', '--is-ancestor', ancestor, descendant])).code === 0
  }

  async #push(of: BranchOf, mirror: string, refspecs: readonly string[]): Promise<GitResult<GitOutput>> {
    const origin = await this.#deps.origins.options(of.repository)
    if (!origin.ok) return origin
    const push = ['push', '--porcelain', '--no-verify', '--atomic', ...origin.value.push, 'origin', ...refspecs]
    return ok(await this.#run(mirror, push, { network: true }))
  }

  #reader({ mirror }: Tips) {
    return async (args: readonly string[]) => succeeded(await this.#run(mirror, args), `git ${args[0]}`)
  }

  #run(mirror: string, args: readonly string[], call?: GitCall): Promise<GitOutput> {
    return this.#deps.git([`--git-dir=${mirror}`, ...args], call)
  }
}

const plain = ['--no-color', '--no-ext-diff', '--no-textconv']

/** `insertions\tdeletions\tpath\0`, with `-` for what is not text. */
const readNumstat = (numstat: string): BranchLook['files'] =>
  numstat.split('\0').flatMap((entry) => {
    const [insertions, deletions, path] = entry.split('\t')
    if (path === undefined) return []
    const count = (text: string | undefined) => (text === '-' ? null : Number(text))
    return [{ path, insertions: count(insertions), deletions: count(deletions) }]
  })

const missing = (branch: string): GitResult<never> =>
  err({ code: 'BRANCH_NOT_FOUND', message: `The repository has no branch ${branch} any more.` })

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
