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
