import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { createFolders, pathsOf } from './paths.ts'
import type { Ports } from './ports.ts'
import { recordState } from './record-state.ts'
import { readState } from './state.ts'

test('a state that could not be written stayed as it was before, also when there was room again', async () => {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-state-'))
  const paths = pathsOf(data)
  // Whoever makes these folders keeps all of its files private; other tests of this process do not mean to.
  const umask = process.umask()
  createFolders(paths)
  try {
    const ports = { gateway: 1 } as Ports
    const records = recordState(paths, ports, createLogger({ name: 'test', level: 'silent' }))
    // Nothing can be written where the folder is a file.
    rmSync(paths.state)
    mkdirSync(paths.state)
    records.status('running')
    rmSync(paths.state, { recursive: true })
    await expect.poll(() => readState(paths)?.status, { timeout: 30_000 }).toBe('running')
  } finally {
    process.umask(umask)
    rmSync(data, { recursive: true, force: true })
  }
})
