import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openTarget } from './target.ts'

const HERE = fileURLToPath(new URL('..', import.meta.url))

const SCENARIOS = 263

interface Report {
  passed: number
  failures: unknown[]
}

const probe = (url: string): Promise<Report> =>
  new Promise((resolve, reject) => {
    const args = ['recorded/probe.mjs', url, '--expect', 'recorded/expected.json', '--json']
    execFile(process.execPath, args, { cwd: HERE, maxBuffer: 2 ** 26 }, (fault, stdout) => {
      if (stdout) resolve(JSON.parse(stdout) as Report)
      else reject(fault ?? new Error('the probe said nothing'))
    })
  })

describe('what a real EventStoreDB 23.10 answered', () => {
  test('is what this server answers', { timeout: 900_000 }, async () => {
    await using target = await openTarget()
    const { passed, failures } = await probe(target.url)
    expect(failures).toEqual([])
    expect(passed).toBe(SCENARIOS)
  })
})
