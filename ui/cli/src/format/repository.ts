import type { LocalChanges, RepositoryInspection } from '@mosaic/contracts/repository'
import pc from 'picocolors'

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
    ['not committed', seen.changes && seen.changes.files > 0 ? changedText(seen.changes) : pc.dim('nothing')],
    ['sandbox', host.sandbox ?? pc.yellow('none works here')],
    ['toolchains', inOrder(host.toolchains.map(({ name }) => name))],
    ['settings', settingsText(seen.settings)],
  ]
  return rows.map(([name, value]) => `${pc.dim(name.padEnd(15))}${value}`).join('\n')
}

/** `3 files, +10 −2 on main` */
export const changedText = ({ branch, files, insertions, deletions }: LocalChanges): string =>
  `${files} ${files === 1 ? 'file' : 'files'}, +${insertions} −${deletions} on ${branch ?? 'no branch'}`

function settingsText(settings: RepositoryInspection['settings']): string {
  if (!settings) return pc.dim('none')
  const { source, hash, approved, permits, problem } = settings
  const whose = source === 'operator' ? "an operator's own" : 'in the repository'
  if (problem) return `${whose}, ${pc.red('not usable')}: ${problem}`
  return `${whose} (${hash.slice(0, 12)}), ${approved ? 'approved' : pc.yellow('not approved')}\n${permitLines(permits)}`
}
