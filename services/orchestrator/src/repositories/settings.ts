import { createHash } from 'node:crypto'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import {
  maximumSettingsBytes,
  permissionsOf,
  type RepositoryRejection,
  type RepositorySettings,
  type SettingsDecision,
  settingsFile,
  type SettingsSource,
  type SettingsView,
} from '@mosaic/contracts/repository'
import { uuidv5 } from '@mosaic/event-store'

import { parseRepository, type Snapshot } from '../git/index.ts'
import type { ReadDecisions } from './decisions.ts'
import { parseSettings } from './parse-settings.ts'

/** A repository as operators of a workspace know it. */
export type RepositoryIn = { readonly workspaceId: string; readonly repository: string }

/** The text that holds for a commit, and whether an operator has approved it. */
export type FoundSettings = {
  readonly source: SettingsSource
  readonly hash: string
  readonly text: string
  readonly approved: boolean
  readonly decided: SettingsDecision | null
  /** Why there is no text, although there is a file. */
  readonly problem?: string
}

/** Why settings may not be acted upon. */
export type SettingsRefusal = Rejection<Extract<RepositoryRejection, 'SETTINGS_NOT_APPROVED' | 'SETTINGS_INVALID'>>

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** One per workspace, however the repository's address is written. */
export function repositoryIdOf({ workspaceId, repository }: RepositoryIn): string {
  const address = parseRepository(repository)
  return uuidv5(`repository/${workspaceId}/${address.ok ? address.value.url : repository}`)
}

/** Which commit is looked at, and up to where in the log operators' decisions count: all of them, unless it is said. */
type Moment = { readonly snapshot: Snapshot; readonly asOf?: string | undefined }

/** An operator's own settings, else those of the commit; `undefined`: there are none. */
export async function findSettings(
  decisions: ReadDecisions,
  of: RepositoryIn,
  { snapshot, asOf }: Moment,
): Promise<FoundSettings | undefined> {
  const [{ state, decisionOn }, read] = await Promise.all([
    decisions(repositoryIdOf(of), asOf),
    snapshot.read([settingsFile], maximumSettingsBytes + 1),
  ])
  if (state.own) return { source: 'operator', ...state.own, approved: true, decided: decisionOn(state.own.hash) }
  const text = read.get(settingsFile)
  const problem = text === undefined ? await whyUnread(snapshot) : undefined
  if (text === undefined && problem === undefined) return undefined
  const hash = hashOf(text ?? '')
  const found = { text: text ?? '', hash, approved: state.approved.has(hash), decided: decisionOn(hash) }
  return { source: 'repository', ...found, ...(problem !== undefined && { problem }) }
}

/** A file that says nothing because of what it is would have its repository go on without settings, unseen. */
async function whyUnread(snapshot: Snapshot): Promise<string | undefined> {
  const [entry] = await snapshot.files(settingsFile)
  if (!entry) return undefined
  const isTooLong = entry.path === settingsFile && entry.bytes > maximumSettingsBytes
  return isTooLong ? `more than ${maximumSettingsBytes / 1024} kB` : 'it is no regular file'
}

const parsedOf = ({ text, problem }: FoundSettings) => (problem === undefined ? parseSettings(text) : err(problem))

export function viewOf(found: FoundSettings): SettingsView {
  const parsed = parsedOf(found)
  return parsed.ok
    ? { ...found, permits: permissionsOf(parsed.value), problem: null }
    : { ...found, permits: [], problem: parsed.error }
}

/** Settings that may be acted upon; why not, where nobody has approved them or they cannot be read. */
export function usable(
  { repository }: RepositoryIn,
  found: FoundSettings,
): Result<RepositorySettings, SettingsRefusal> {
  const { hash, source, approved } = found
  const parsed = parsedOf(found)
  if (!parsed.ok) {
    const message = `${settingsFile} of ${repository} cannot be used: ${parsed.error}`
    return err({ code: 'SETTINGS_INVALID', message, field: 'repository' })
  }
  if (approved) return ok(parsed.value)
  const message = `nobody has approved the settings of ${repository} (${hash.slice(0, 12)}): mosaic repo approve ${repository}`
  const details = { repository, source, hash, permits: permissionsOf(parsed.value) }
  return err({ code: 'SETTINGS_NOT_APPROVED', message, field: 'repository', details })
}
