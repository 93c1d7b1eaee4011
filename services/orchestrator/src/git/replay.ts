import { mergeTrees } from './merge-trees.ts'
import type { OnMirror } from './tips.ts'

type Replaying = {
  readonly onto: string
  readonly tip: string
  /** What the two come to when they are merged. */
  readonly tree: string
  readonly at: string
}

type Replayed = { readonly commit: string } | { readonly conflicts: readonly string[] }

/**
 * The commits of a branch one by one on top of another commit, without its merges. What comes out has to be what a merge
 * comes to: where a merge of the branch has resolved something, that would be lost, and it conflicts.
 */
export async function replay(mirror: OnMirror, { onto, tip, tree, at }: Replaying): Promise<Replayed> {
  const list = ['rev-list', '--reverse', '--topo-order', '--no-merges', `${onto}..${tip}`, '--']
  let last = onto
  for (const commit of (await mirror.read(list)).split('\n').filter((line) => line !== '')) {
    const picked = await pick(mirror, { onto: last, commit, at })
    if ('conflicts' in picked) return picked
    last = picked.commit
  }
  const come = await mirror.treeOf(last)
  if (come === tree) return { commit: last }
  const names = await mirror.read(['diff-tree', '-r', '-z', '--name-only', '--no-renames', come, tree, '--'])
  return { conflicts: names.split('\0').filter((name) => name !== '') }
}

type Picking = { readonly onto: string; readonly commit: string; readonly at: string }

/** Changes nothing where the change is there already. */
async function pick(mirror: OnMirror, { onto, commit, at }: Picking): Promise<Replayed> {
  const parent = await mirror.commitAt(`${commit}^1`)
  // It stands there already.
  if (parent === onto) return { commit }
  const { tree, conflicts } = await threeWay(mirror, { before: parent, ours: onto, theirs: commit })
  if (conflicts.length > 0) return { conflicts }
  if (tree === (await mirror.treeOf(onto))) return { commit: onto }
  const [name = '', email = '', date = '', message = ''] = await described(mirror, commit)
  const author = { ...(name && { GIT_AUTHOR_NAME: name }), ...(email && { GIT_AUTHOR_EMAIL: email }) }
  const env = { ...author, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: at }
  return { commit: (await mirror.read(['commit-tree', tree, '-p', onto, '-F', '-'], { input: message, env })).trim() }
}

const described = async (mirror: OnMirror, commit: string): Promise<string[]> =>
  (await mirror.read(['log', '-1', '--format=%an%x00%ae%x00%aI%x00%B', commit, '--'])).split('\0')

type Sides = { readonly before: string | undefined; readonly ours: string; readonly theirs: string }

/** git 2.38 merges from the common ancestor of two commits alone: so it is given two that have the right one. */
async function threeWay(mirror: OnMirror, { before, ours, theirs }: Sides) {
  const env = { GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_DATE: '@0 +0000' }
  const commit = async (tree: string, ...parents: string[]) => {
    const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'side']
    return (await mirror.read(args, { env })).trim()
  }
  const treeBefore = before === undefined ? await emptyTree(mirror) : await mirror.treeOf(before)
  const root = await commit(treeBefore)
  const sides = [
    await commit(await mirror.treeOf(ours), root),
    await commit(await mirror.treeOf(theirs), root),
  ] as const
  return mergeTrees((args) => mirror.run(args), ...sides)
}

const emptyTree = async (mirror: OnMirror) => (await mirror.read(['mktree'], { input: '' })).trim()
