import { spawn } from 'node:child_process'
import { globSync, watch } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isAlive } from '@mosaic/runtime'
import type { ComponentName } from './component.ts'
import { concernedBy } from './concerned-by.ts'
import { pathsOf } from './paths.ts'
import { readState } from './state.ts'

// `pnpm dev`: `mosaic up`, with whose arguments it may be called, and whose services end when their sources change:
// the supervisor starts them anew. Sessions go on where they were.
const root = join(import.meta.dirname, '../../../..')
const given = process.argv.slice(2)
const { values } = parseArgs({ args: given, strict: false, options: { data: { type: 'string' } } })
const named = typeof values['data'] === 'string' ? values['data'] : process.env['MOSAIC_DATA_DIR']
const paths = pathsOf(resolve(named ?? join(root, '.mosaic')))
/** Editors write a file in several steps, and people save several files. */
const settleMs = 300

const changed = new Set<ComponentName>()
let settled: NodeJS.Timeout | undefined

function restartChanged(): void {
  const components = readState(paths)?.components ?? {}
  for (const name of changed) {
    const running = components[name]?.process
    if (running && isAlive(running)) process.kill(running.pid, 'SIGTERM')
  }
  process.stderr.write(`changed: ${[...changed].join(', ')}\n`)
  changed.clear()
}

const sources = ['contracts/*/', 'infra/*/src/', 'infra/embedded/*/src/', 'services/*/src/', 'projections/*/']
for (const folder of globSync(sources, { cwd: root, exclude: ['**/node_modules'] })) {
  watch(join(root, folder), { recursive: true }, (_event, file) => {
    for (const name of concernedBy(join(folder, file ?? ''))) changed.add(name)
    if (changed.size === 0) return
    clearTimeout(settled)
    settled = setTimeout(restartChanged, settleMs)
  })
}
const up = spawn(join(root, 'mosaic'), ['up', '--no-demo', ...given], { stdio: 'inherit' })
// Ctrl-C reaches it as well: it says when all has stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => up.kill(signal))
up.once('exit', (code) => process.exit(code ?? 1))
