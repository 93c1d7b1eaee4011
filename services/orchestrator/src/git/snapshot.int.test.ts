import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { AgentWorktrees } from '../../test/agent-worktrees.ts'
import { valueOf } from '../../test/git-result.ts'

it('knows whether other repositories have their places in a commit', async () => {
  using fleet = new AgentWorktrees()
  const { git, origin } = fleet
  const look = async () => valueOf(await git.snapshot(origin.path, { branch: 'main' }))
  const plain = await look()
  expect(await plain.hasSubmodules()).toBe(false)
  origin.git('update-index', '--add', '--cacheinfo', `160000,${plain.commit},vendor/thing`)
  origin.git('commit', '--quiet', '--message', 'with another')
  expect(await (await look()).hasSubmodules()).toBe(true)
})

it('a mirror that broke after it was read had each spawn refused as an internal error', async () => {
  using fleet = new AgentWorktrees()
  const { git, origin } = fleet
  const look = async () => valueOf(await git.snapshot(origin.path, { branch: 'main' }))
  const { mirror, commit } = await look()
  expect(await (await look()).files()).not.toEqual([])
  emptyTree(mirror, commit)
  expect(await (await look()).files()).not.toEqual([])
})

/** As a disk that fails leaves it: the newest tree has no bytes. */
function emptyTree(mirror: string, commit: string): void {
  const run = (...args: string[]) =>
    execFileSync('git', [`--git-dir=${mirror}`, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  const tree = run('rev-parse', `${commit}^{tree}`)
  const packs = join(mirror, 'objects/pack')
  for (const name of readdirSync(packs).filter((file) => file.endsWith('.pack'))) {
    const pack = join(mirror, name)
    renameSync(join(packs, name), pack)
    for (const file of readdirSync(packs)) if (file.startsWith(name.slice(0, -4))) rmSync(join(packs, file))
    execFileSync('git', [`--git-dir=${mirror}`, 'unpack-objects', '-q'], { input: readFileSync(pack), stdio: 'pipe' })
    rmSync(pack)
  }
  const object = join(mirror, 'objects', tree.slice(0, 2), tree.slice(2))
  rmSync(object)
  writeFileSync(object, '')
}
