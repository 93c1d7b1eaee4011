import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RepositoryInspection, settingsFile } from '@mosaic/contracts/repository'
import { CliError, exitCodes } from '../../cli.ts'
import { permitLines } from '../../format/repository.ts'

/** What is to be approved, and the words for it. */
type Wanted = { readonly hash: string; readonly text?: string; readonly shown: string }
type Seen = Pick<RepositoryInspection, 'repository' | 'branch' | 'settings'>

/** The settings in the repository, as they were found on its branch. */
export function ofRepository({ repository, branch, settings }: Seen): Wanted {
  if (!settings) throw notThere(repository, branch)
  if (settings.source === 'operator') {
    throw new CliError(`What counts for ${repository} are settings of your own (${settings.hash.slice(0, 12)}).`, {
      exitCode: exitCodes.refused,
      hint: `"mosaic repo revoke ${repository}" takes them back; after that its ${settingsFile} can be approved.`,
    })
  }
  // Of what cannot be used only its own words can be shown, and the gateway says what is wrong with them.
  return { hash: settings.hash, shown: settings.problem ? settings.text : permitLines(settings.permits) }
}

function notThere(repository: string, branch: string): CliError {
  const exitCode = exitCodes.refused
  if (existsSync(join(repository, settingsFile))) {
    const hint = 'Commit it there first: agents start from what is committed.'
    return new CliError(`${settingsFile} in ${repository} is not on the branch ${branch}.`, { exitCode, hint })
  }
  const hint = `"mosaic repo inspect ${repository}" proposes one.`
  return new CliError(`${repository} has no ${settingsFile}.`, { exitCode, hint })
}

/** Settings of an operator's own, from a file. */
export function ownOf(path: string): Wanted {
  const text = textOf(path)
  return { hash: createHash('sha256').update(text).digest('hex'), text, shown: text }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason'
    throw new CliError(`${path} cannot be read (${reason}).`, { exitCode: exitCodes.usage, cause })
  }
}
