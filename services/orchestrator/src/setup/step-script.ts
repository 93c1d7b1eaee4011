import { posix } from 'node:path'
import type { SetupStep } from '@mosaic/contracts/repository'
import { shellWord } from '../sandbox/index.ts'
import { within } from './cache-key.ts'

/**
 * A step's command in the working folder, ended by its first failing line. What it makes is hidden from git, which would
 * take it for the agent's work where the repository does not ignore it.
 */
export function stepScript({ run, outputs }: SetupStep, { root, workdir }: { root: string; workdir: string }): string {
  const paths = outputs.map((output) => shellWord(posix.join(root, within(workdir, output)))).join(' ')
  const made = `for made in ${paths}; do
  [ -e "$made" ] || { echo "$made was not made" >&2; exit 1; }
  [ ! -d "$made" ] || [ -e "$made/.gitignore" ] || printf '*\\n' >"$made/.gitignore"
done`
  // What an attempt that was cut off has left is half of something.
  const clean = outputs.length > 0 ? `rm -rf -- ${paths}` : ''
  return `cd -- ${shellWord(posix.join(root, workdir))} || exit
${clean}
sh -ec ${shellWord(run)} || exit
${outputs.length > 0 ? made : ''}`
}
