import { ok } from '@mosaic/contracts/kernel'
import type { GitResult, Stacked, StackedBranch, StackRequest, ToStack } from './contract/index.ts'
import { mergeTrees } from './merge-trees.ts'
import { replay } from './replay.ts'
import { baseTip, type OnMirror, tipsOf, type TipsDeps } from './tips.ts'
import { withTrailers } from './work.ts'

type Put = { readonly commit: string } | { readonly conflicts: readonly string[] }

/**
 * Puts branches on top of each other, on top of their base as origin has it now. No branch moves: the tip is held by a
 * ref of its own. The same branches on the same base, dated the same, come to the same commits.
 */
export async function stackBranches(deps: TipsDeps, request: StackRequest): Promise<GitResult<Stacked>> {
  const based = await baseTip(deps, request)
  if (!based.ok) return based
  const { mirror, base } = based.value
  const branches: StackedBranch[] = []
  let tip = base
  for (const each of request.branches) {
    const tips = await tipsOf(deps, { ...each, repository: request.repository, base: request.base })
    // An origin that is away is nobody's fault; a branch that is gone, or of another history, is its own.
    if (!tips.ok && tips.error.code !== 'BRANCH_NOT_FOUND' && tips.error.code !== 'MERGE_CONFLICT') return tips
    if (!tips.ok) {
      branches.push({ state: 'missing', message: tips.error.message })
      continue
    }
    const put = await putOn(mirror, tip, { ...each, tip: tips.value.branch, at: request.at })
    if ('commit' in put) tip = put.commit
    branches.push(
      'commit' in put ? { state: 'stacked', commit: put.commit } : await conflict(mirror, base, put, tips.value.branch),
    )
  }
  await mirror.read(['update-ref', request.ref, tip])
  return ok({ baseCommit: base, commit: tip, tree: await mirror.treeOf(tip), branches })
}

type Putting = ToStack & { readonly tip: string; readonly at: string }

/** A branch of which everything is there already adds nothing. */
async function putOn(mirror: OnMirror, onto: string, branch: Putting): Promise<Put> {
  if (await mirror.isAncestor(branch.tip, onto)) return { commit: onto }
  const { tree, conflicts } = await mergeTrees((args) => mirror.run(args), onto, branch.tip)
  if (conflicts.length > 0) return { conflicts }
  if (tree === (await mirror.treeOf(onto))) return { commit: onto }
  if (branch.how === 'rebase') return replay(mirror, { onto, tip: branch.tip, tree, at: branch.at })
  const parents = ['-p', onto, ...(branch.how === 'merge' ? ['-p', branch.tip] : [])]
  const input =
    branch.how === 'merge' ? withTrailers(branch.message, branch.trailers) : await squashed(mirror, onto, branch)
  const env = { GIT_AUTHOR_DATE: branch.at, GIT_COMMITTER_DATE: branch.at }
  return { commit: (await mirror.read(['commit-tree', tree, ...parents, '-F', '-'], { input, env })).trim() }
}

const sessionId = /^[0-9a-f-]{36}$/

/** One commit for several: it names all sessions that have made them, and says what each was. */
async function squashed(mirror: OnMirror, onto: string, { tip, message, trailers }: Putting): Promise<string> {
  const format = '--format=%s%x00%(trailers:key=Mosaic-Session,valueonly,separator=%x20)'
  const log = await mirror.read(['log', '--no-merges', '--reverse', '--max-count=500', format, `${onto}..${tip}`, '--'])
  const commits = log.split('\n').map((line) => line.split('\0'))
  const subjects = commits.flatMap(([subject]) => (subject ? [`- ${subject.slice(0, 200)}`] : []))
  const named = commits.flatMap(([, sessions = '']) => sessions.split(' ')).filter((name) => sessionId.test(name))
  const sessions = [...new Set([...named, ...Object.values(trailers).filter((value) => sessionId.test(value))])]
  return withTrailers(`${message}\n\n${subjects.join('\n')}`, { ...trailers, 'Mosaic-Session': sessions })
}

/** Whether it conflicts with the base itself, or only with what stands on it. */
async function conflict(
  mirror: OnMirror,
  base: string,
  { conflicts: files }: { readonly conflicts: readonly string[] },
  tip: string,
): Promise<StackedBranch> {
  const alone = await mergeTrees((args) => mirror.run(args), base, tip)
  return { state: 'conflict', files, withBase: alone.conflicts.length > 0 }
}
