import { changedText } from '@mosaic/client'
import type { RepositoryInspection, SettingsView } from '@mosaic/contracts/repository'
import pc from 'picocolors'
import { dateTime } from './text.ts'

/** What settings would permit, a line each. */
export const permitLines = (permits: readonly string[]): string => permits.map((permit) => `  • ${permit}`).join('\n')

const inOrder = (names: readonly string[]) => (names.length > 0 ? names.join(', ') : pc.dim('none'))

/** What Mosaic sees in a repository, for people. The proposal is printed apart. */
export function inspectionText(seen: RepositoryInspection): string {
  const { host } = seen
  const rows: [string, string][] = [
    ['branch', `${seen.branch} ${pc.dim(`${seen.commit.slice(0, 12)}, of ${seen.branches}`)}`],
    ['languages', inOrder(seen.languages.slice(0, 6).map(({ name, files }) => `${name} (${files})`))],
    [
      'packages',
      inOrder(
        seen.packageManagers.map(({ name, manifest, lockfile }) => `${name}: ${lockfile ?? `${manifest}, not locked`}`),
      ),
    ],
    ['tests', inOrder(seen.testCommands)],
    ['instructions', inOrder(seen.instructions)],
    ['submodules', inOrder(seen.submodules)],
    ['Git LFS', seen.lfs ? 'used' : pc.dim('not used')],
    ['not committed', notCommitted(seen)],
    ['sandbox', host.sandbox ?? pc.yellow('none works here')],
    ['toolchains', inOrder(host.toolchains.map(({ name }) => name))],
    ['settings', settingsText(seen.settings)],
  ]
  return rows.map(([name, value]) => `${pc.dim(name.padEnd(15))}${value}`).join('\n')
}

function notCommitted({ changes, changesUnknown }: RepositoryInspection): string {
  if (changesUnknown) return pc.yellow(`not known: ${changesUnknown}`)
  return changes && changes.files > 0 ? changedText(changes) : pc.dim('nothing')
}

function settingsText(settings: RepositoryInspection['settings']): string {
  if (!settings) return pc.dim('none')
  const { source, hash, approved, decided, permits, problem } = settings
  const whose = source === 'operator' ? "an operator's own" : 'in the repository'
  if (problem) return `${whose}, ${pc.red('not usable')}: ${problem}`
  const state = approved ? `approved${decisionText(decided)}` : pc.yellow(`not approved${decisionText(decided)}`)
  return `${whose} (${hash.slice(0, 12)}), ${state}\n${permitLines(permits)}`
}

function decisionText(decided: SettingsView['decided']): string {
  if (!decided) return ''
  const { decision, by, at } = decided
  return `${decision === 'revoked' ? ', revoked' : ''} by ${by} at ${dateTime(at)}`
}
