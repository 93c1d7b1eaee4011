// `node tests/with-docker.ts PROGRAM ARGUMENT …`: runs it beside a Docker Engine of its own that has the agents' image, by DOCKER_HOST.
// Where there can be none (no root, no Debian packages) it says that it was skipped, and why. Whatever happens nothing stays but
// the image, in .mosaic/docker.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startEngine } from './docker/engine.ts'
import { provideImage } from './docker/image.ts'
import { engineEnvironment, NoEngineError } from './docker/programs.ts'

const folder = join(import.meta.dirname, '../.mosaic/docker')
const [program, ...args] = process.argv.slice(2)
if (program === undefined) {
  console.error('usage: with-docker PROGRAM [ARGUMENT …]')
  process.exit(2)
}

let child: ChildProcess | undefined
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    stopped.abort()
    // A terminal has told it already, and once more does no harm.
    child?.kill('SIGTERM')
  })

/** Its exit code. */
async function run(environment: NodeJS.ProcessEnv): Promise<number> {
  if (stopped.signal.aborted) return 130
  child = spawn(program!, args, { stdio: 'inherit', env: environment })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}

async function beside(): Promise<number> {
  const programs = await engineEnvironment(join(folder, 'programs'))
  const engine = await startEngine(folder, programs)
  try {
    await provideImage(folder, { ...programs, DOCKER_HOST: engine.host }, stopped.signal)
    return await run({ ...process.env, PATH: programs['PATH'], DOCKER_HOST: engine.host })
  } finally {
    await engine.stop()
  }
}

try {
  process.exitCode = await beside()
} catch (error) {
  if (error instanceof NoEngineError) console.log(`skipped: ${error.message}`)
  else if (!stopped.signal.aborted) throw error
}
if (stopped.signal.aborted) process.exitCode = 130
