import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { FailedError, runGroup } from './run-group.ts'
import { lastLine, NoEngineError } from './programs.ts'

const image = 'mosaic-agent:latest'
const source = join(import.meta.dirname, '../../infra/deploy/agent-image')
/** build.sh's exit code where no Debian can be made here. */
const noDebian = 3

/**
 * Gives an engine the agents' image, made from Debian packages as infra/deploy/agent-image says: nothing is pulled. Kept in `folder`
 * for the next engine, until what it is made of changes.
 * @throws NoEngineError where no archive of packages answers
 */
export async function provideImage(folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const kept = join(folder, `image-${identity()}.tar`)
  const run = (program: string, ...args: string[]) => runGroup([program, ...args], { env, signal })
  if (existsSync(kept)) return run('docker', 'load', '--input', kept)
  for (const name of readdirSync(folder)) if (/^image-.*\.tar/.test(name)) rmSync(join(folder, name))
  const how = { env: { ...env, NODE: process.execPath }, signal }
  await runGroup([join(source, 'build.sh'), '--debootstrap', '--tag', image], how).catch((error: unknown) => {
    if (!(error instanceof FailedError) || error.code !== noDebian) throw error
    throw new NoEngineError(lastLine(error.stderr) ?? 'no Debian can be made here', { cause: error })
  })
  await run('docker', 'save', '--output', `${kept}.new`, image)
  renameSync(`${kept}.new`, kept)
}

/** Of what it is made of. */
function identity(): string {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}`)
  for (const name of readdirSync(source).toSorted()) hash.update(`${name}\0`).update(readFileSync(join(source, name)))
  return hash.digest('hex').slice(0, 16)
}
