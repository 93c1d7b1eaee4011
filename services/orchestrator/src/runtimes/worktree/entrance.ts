import type { Network } from '@mosaic/contracts/agent-session'
import type { EmptyWorktree, Snapshot, Worktree, WriteInside } from '../../git/index.ts'
import type { Sandbox, SandboxProvider } from '../../sandbox/index.ts'
import type { Provision } from '../../setup/index.ts'
import { isLive } from '../../domain/agent-session/index.ts'
import { brought } from './brought.ts'
import { provisionFor } from './provision-for.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import { leave, occupy } from './workplace.ts'

/** What a session is run with. */
export type Furniture = { readonly snapshot: Snapshot; readonly provision: Provision | undefined }

const noSubmodules = { filled: [], empty: [] }
const maxOutputBytes = 2_000

/**
 * How a session comes to its sandbox: where it can be, this is started while the worktree is empty, and the worktree's files
 * are written in it. A sandbox takes longer to start than most repositories to write, and this way it is one instead of two.
 */
export class Entrance {
  readonly #run: Run
  readonly #provider: SandboxProvider
  readonly #network: Network | null
  #found: { readonly commit: string; readonly furniture: Promise<Furniture> } | undefined

  constructor(run: Run, provider: SandboxProvider, network: Network | null) {
    this.#run = run
    this.#provider = provider
    this.#network = network
  }

  /** Once for each commit that it may begin at: of a mirror that had to be healed it can be another. */
  furniture(worktree: EmptyWorktree): Promise<Furniture> {
    const { baseCommit: commit } = worktree
    if (this.#found?.commit !== commit) this.#found = { commit, furniture: this.#furnish(worktree) }
    return this.#found.furniture
  }

  readonly writeInside: WriteInside = async (empty, { command, timeoutMs }) => {
    const { halted, deps, journal } = this.#run
    const { provision } = await this.furniture(empty)
    const isSetUp = provision === undefined || provision.steps.length === 0
    // An image need not have git, and what is to be set up is set up in sandboxes that come before.
    if (this.#provider.kind !== 'bubblewrap' || !isSetUp) return 'unfit'
    const { exitCode, stderr } = await this.#writing(async () => {
      const sandbox = await this.#occupy({ ...empty, submodules: noSubmodules }, provision)
      return sandbox.exec(command, { timeoutMs, maxOutputBytes, signal: halted })
    })
    halted.throwIfAborted()
    if (exitCode === 0) return 'written'
    deps.logger.warn(
      { sessionId: journal.sessionId, stderr },
      'the files were not written in the sandbox of their agent',
    )
    await leave(this.#run)
    return 'failed'
  }

  async #writing<T>(work: () => Promise<T>): Promise<T> {
    this.#run.isWritingFiles = true
    try {
      return await work()
    } finally {
      this.#run.isWritingFiles = false
    }
  }

  /** The sandbox in which the files were written, or one that is made now. */
  async enter(worktree: Worktree): Promise<Sandbox> {
    const { workplace } = this.#run
    const { provision } = await this.furniture(worktree)
    if (!workplace) return this.#occupy(worktree, provision)
    const isAsCommitted = provision === undefined && !worktree.restored
    this.#run.writtenAt = isAsCommitted ? this.#run.deps.clock.now().getTime() : undefined
    this.#run.workplace = { ...workplace, worktree }
    return workplace.sandbox
  }

  #occupy(worktree: Worktree, provision: Provision | undefined): Promise<Sandbox> {
    const ground = { worktree, provider: this.#provider, workdir: provision?.workdir ?? '.' }
    const { mind, journal } = this.#run
    const own = isLive(journal.session) ? mind.brings(journal.session) : {}
    return occupy(this.#run, ground, brought(provision?.sandbox ?? {}, own))
  }

  async #furnish(worktree: EmptyWorktree): Promise<Furniture> {
    const snapshot = await snapshotOf(this.#run, worktree)
    const ground = { worktree, provider: this.#provider, network: this.#network }
    return { snapshot, provision: await provisionFor(this.#run, snapshot, ground) }
  }
}

/** The commit that the session began at, whatever stands at its branch by now. */
async function snapshotOf({ deps }: Run, { repository, baseBranch, baseCommit }: EmptyWorktree): Promise<Snapshot> {
  const found = await deps.git.snapshot(repository, { branch: baseBranch, commit: baseCommit })
  if (found.ok) return found.value
  throw new SessionFailure('WORKTREE_FAILED', found.error.message)
}
