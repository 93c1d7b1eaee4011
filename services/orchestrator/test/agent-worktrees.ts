import { join } from 'node:path'
import type { Commit, GitResult, GitWorkspace, Worktree } from '../src/git/contract/index.ts'
import { createGitWorkspace } from '../src/git/workspace.ts'
import { valueOf } from './git-result.ts'
import { TestRepository } from './user-repository.ts'

/** A person's repository, and worktrees of one agent on it, one for each task. */
export class AgentWorktrees implements Disposable {
  readonly origin = new TestRepository({ 'readme.md': 'hello\n', 'src/one.txt': '1\n2\n3\n' })
  readonly root = join(this.origin.folder, 'git')
  readonly git: GitWorkspace = createGitWorkspace({ root: this.root })

  request(taskId = 't1') {
    return {
      repository: this.origin.path,
      baseBranch: 'main',
      branch: `mosaic/work-${taskId}`,
      agentId: 'a1',
      taskId,
    }
  }

  async worktree(taskId?: string): Promise<Worktree> {
    return valueOf(await this.git.createWorktree(this.request(taskId)))
  }

  commit(work: Worktree, message = 'Work', step = 's1'): Promise<GitResult<Commit>> {
    return this.git.commit(work, {
      message,
      trailers: { 'Mosaic-Session': 'session-1', 'Mosaic-Step': step },
      idempotencyTrailer: 'Mosaic-Step',
    })
  }

  [Symbol.dispose](): void {
    this.origin[Symbol.dispose]()
  }
}

export const pushed = ({ branch }: Worktree) => ({ state: 'pushed', as: branch })
