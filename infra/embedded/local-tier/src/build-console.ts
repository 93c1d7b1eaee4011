import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { waitForLock } from '@mosaic/runtime'

/** What the console is built from. */
const sources = ['ui/console', 'ui/client', 'projections/views', 'contracts', 'pnpm-lock.yaml']
const generated = new Set(['node_modules', 'dist', 'README.md'])

/**
 * Builds the console's pages through nx (which keeps its results) when their sources changed since the last time.
 * Answers whether there was anything to do. Rejects with the build's output when it fails.
 */
export async function buildConsole(root: string, onBuilding: () => void = () => {}): Promise<boolean> {
  const built = join(root, 'ui/console/dist/index.html')
  const stamp = join(root, '.mosaic/console.stamp')
  const current = fingerprint(root)
  if (existsSync(built) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return false
  onBuilding()
  mkdirSync(dirname(stamp), { recursive: true })
  const lock = await waitForLock(`${stamp}.lock`)
  try {
    await nxBuild(root)
    writeFileSync(stamp, current)
  } finally {
    lock.release()
  }
  return true
}

/** Names, sizes and times of all sources: asked on every start, so that it must cost milliseconds. */
function fingerprint(root: string): string {
  const hash = createHash('sha256')
  const visit = (path: string) => {
    const stats = statSync(join(root, path))
    if (!stats.isDirectory()) hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`)
    else for (const name of readdirSync(join(root, path)).toSorted()) if (!generated.has(name)) visit(join(path, name))
  }
  for (const source of sources) visit(source)
  return hash.digest('hex')
}

function nxBuild(root: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules/.bin/nx'), ['build', '@mosaic/console'], {
      cwd: root,
      // No daemon: it would be left running. No terminal interface: the output is shown when something is wrong.
      env: {
        ...process.env,
        NX_DAEMON: 'false',
        NX_TUI: 'false',
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        NODE_ENV: 'production',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`The console could not be built:\n${essence(output)}`))
    })
  })
}

/** A build's output without the stack traces of its tools and what nx says around it. */
function essence(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n')
  return lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(-25)
    .join('\n')
}
