import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosaic } from './instance.ts'

/** Vitest calls this before all files and the answer after them, also when somebody interrupts: no instance stays. */
export default function setup(): () => Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'mosaic-e2e-'))
  process.env['MOSAIC_E2E_FOLDER'] = parent
  return async () => {
    for (const folder of readdirSync(parent)) await mosaic(['down', '--data', join(parent, folder, 'data')])
    rmSync(parent, { recursive: true, force: true })
  }
}
