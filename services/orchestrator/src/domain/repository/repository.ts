import { type Decider, ok } from '@mosaic/contracts/kernel'
import type { RepositoryEvent, RepositoryRejection, SettingsSource } from '@mosaic/contracts/repository'

/** What operators have approved for a repository, and the settings of their own that go before its file. */
export type Repository = {
  readonly approved: ReadonlySet<string>
  readonly own: { readonly hash: string; readonly text: string } | null
}

export type RepositoryCommand = {
  readonly type: 'ApproveSettings'
  readonly repositoryId: string
  readonly repository: string
  readonly source: SettingsSource
  readonly hash: string
  readonly text: string
}

/** Approving what holds already changes nothing. */
export const repository: Decider<Repository, RepositoryCommand, RepositoryEvent, RepositoryRejection> = {
  initialState: { approved: new Set(), own: null },
  decide(command, { approved, own }) {
    const { type: _, ...approval } = command
    const { source, hash } = approval
    const holds = source === 'operator' ? own?.hash === hash : own === null && approved.has(hash)
    return ok(holds ? [] : [{ type: 'RepositorySettingsApproved', data: approval }])
  },
  evolve({ approved }, event) {
    switch (event.type) {
      case 'RepositorySettingsApproved': {
        const { source, hash, text } = event.data
        return { approved: new Set([...approved, hash]), own: source === 'operator' ? { hash, text } : null }
      }
    }
  },
}
