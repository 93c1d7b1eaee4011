import { runElsewhere, systemEnvironment } from '../programs/starters.ts'

/** A look that takes longer is worth no more than looking properly. In milliseconds. */
const longestMs = 2000

/**
 * Whether something in a folder may have changed since then (milliseconds since 1970): by the kernel's own times, which
 * no program can set. It is walked from outside, which starts nothing and follows no link.
 */
export async function hasChangedSince(folder: string, since: number): Promise<boolean> {
  const command = ['find', folder, '-newerct', `@${(since / 1000).toFixed(3)}`, '-printf', 'changed', '-quit']
  const { code, stdout } = await runElsewhere(command, { cwd: '/', env: systemEnvironment, timeoutMs: longestMs })
  return code !== 0 || stdout !== ''
}
