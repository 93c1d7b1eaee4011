import { shellWord } from '../sandbox/index.ts'
import { runElsewhere } from '../programs/starters.ts'

/** What receiving a push runs, in githooks(5). */
const events =
  'pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc'.split(
    ' ',
  )

/**
 * For the shell, before the name of the git that receives: no hook that the configuration of a local repository names runs
 * (git-hook(1), since 2.54), which `core.hooksPath` has no say in. Each is switched off by its name, and all of an event as
 * well, where git can do that: a name that is not there yet when we look would otherwise run.
 */
export async function configuredHooksOff(url: string): Promise<string> {
  const names = [...new Set([...events, ...(await namesIn(url))])]
  // Not as `-c`: a name may hold `=`.
  const variables = names.flatMap((name, index) => [
    `GIT_CONFIG_KEY_${index}=${shellWord(`hook.${name}.enabled`)}`,
    `GIT_CONFIG_VALUE_${index}=false`,
  ])
  return [`GIT_CONFIG_COUNT=${names.length}`, ...variables].join(' ')
}

/** Reading a configuration runs nothing, whatever it says. One that cannot be read keeps git from receiving, too. */
async function namesIn(url: string): Promise<string[]> {
  const query = ['config', '--null', '--name-only', '--get-regexp', String.raw`^hook\.`]
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const command = ['git', '-c', 'safe.directory=*', '-C', url, ...query]
  const { stdout } = await runElsewhere(command, { cwd: '/', env, timeoutMs: 10_000 })
  return stdout.split('\0').flatMap((key) => /^hook\.(.+)\.[^.]+$/s.exec(key)?.[1] ?? [])
}
