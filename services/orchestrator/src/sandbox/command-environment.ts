import { realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'

export const sessionVariable = 'MOSAIC_SESSION_ID'
export const execVariable = 'MOSAIC_EXEC_ID'

/** Everything that a command sees: nothing of the orchestrator's own environment gets in. */
export function commandEnvironment(
  place: { sessionId: string; home: string; tmp: string; toolchains?: readonly string[] },
  added: Readonly<Record<string, string>> = {},
) {
  const tools = (place.toolchains ?? []).map((folder) => `${folder}/bin:`).join('')
  return {
    PATH: `${tools}/usr/local/bin:/usr/bin:/bin`,
    HOME: place.home,
    TMPDIR: place.tmp,
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: '1',
    // The mirror is read-only in there: git must not try to refresh the index, nor mind who owns the folders, nor
    // write names in other letters than they have.
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_CONFIG_KEY_1: 'core.quotePath',
    GIT_CONFIG_VALUE_1: 'false',
    ...added,
    [sessionVariable]: place.sessionId,
  }
}

/** The folder that holds bin/node of the Node we run on, unless commands find it under /usr anyway. */
export function nodeToolchain(execPath: string): string | undefined {
  const real = realpathSync(execPath)
  const prefix = dirname(dirname(real))
  const isToolchain = basename(dirname(real)) === 'bin' && prefix !== '/' && !`${prefix}/`.startsWith('/usr/')
  return isToolchain ? prefix : undefined
}
