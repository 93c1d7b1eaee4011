import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { RepositoryEvent, RepositoryRejection, SettingsSource } from '@mosaic/contracts/repository'

/** What operators have approved for a repository, and the settings of their own that go before its file. */
export type Repository = {
  readonly approved: ReadonlySet<string>
  readonly own: { readonly hash: string; readonly text: string } | null
  /** All of it was taken back, and nothing approved since. */
  readonly revoked: boolean
}

type Address = { readonly repositoryId: string; readonly repository: string }
type ApproveSettings = Address & {
  readonly type: 'ApproveSettings'
  readonly source: SettingsSource
  readonly hash: string
  readonly text: string
}
export type RepositoryCommand = ApproveSettings | (Address & { readonly type: 'RevokeSettings' })

type Decision = Result<readonly RepositoryEvent[], Rejection<RepositoryRejection>>

/** Asking for what holds already changes nothing. */
export const repository: Decider<Repository, RepositoryCommand, RepositoryEvent, RepositoryRejection> = {
  initialState: { approved: new Set(), own: null, revoked: false },
  decide(command, state) {
    switch (command.type) {
      case 'ApproveSettings':
        return approve(command, state)
      case 'RevokeSettings':
        return revoke(command, state)
    }
  },
  evolve({ approved }, event) {
    switch (event.type) {
      case 'RepositorySettingsApproved': {
        const { source, hash, text } = event.data
        const own = source === 'operator' ? { hash, text } : null
        return { approved: new Set([...approved, hash]), own, revoked: false }
      }
      case 'RepositorySettingsRevoked':
        return { approved: new Set(), own: null, revoked: true }
    }
  },
}

function approve(command: ApproveSettings, { approved, own }: Repository): Decision {
  const { type: _, ...approval } = command
  const { source, hash } = approval
  const holds = source === 'operator' ? own?.hash === hash : own === null && approved.has(hash)
  return ok(holds ? [] : [{ type: 'RepositorySettingsApproved', data: approval }])
}

function revoke({ repositoryId, repository }: Address, { approved, revoked }: Repository): Decision {
  if (revoked) return ok([])
  // Most likely another repository is meant: to say that it is done would be to say that it is safe.
  if (approved.size === 0) {
    const message = `nobody has approved settings of ${repository} here`
    return err({ code: 'SETTINGS_NOT_FOUND', message, field: 'repository' })
  }
  return ok([{ type: 'RepositorySettingsRevoked', data: { repositoryId, repository } }])
}
