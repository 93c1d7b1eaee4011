import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Network } from '@mosaic/contracts/agent-session'
import type { CacheKind } from '@mosaic/contracts/repository'
import { onPath } from '@mosaic/runtime'
import { afterAll, describe, expect, it } from 'vitest'
import { PackageServer } from '../../test/package-server.ts'
import { type Candidate, candidates, TestSandbox } from '../../test/sandboxes.ts'
import { writeAuthorities } from '../sandbox/index.ts'
import { openCaches } from './caches.ts'

const packages = await PackageServer.start('registry.example.org')
const root = mkdtempSync(join(tmpdir(), 'mosaic-caches-test-'))
const authorities = writeAuthorities([packages.bundle], join(root, 'authorities'))
const lookup = async (host: string) => (host === packages.host ? ['127.0.0.1'] : [])
const network: Network = {
  kind: 'hosts',
  hosts: [`${packages.host}:${packages.server.port}`, `127.0.0.1:${packages.server.port}`],
}
afterAll(async () => {
  await packages[Symbol.asyncDispose]()
  rmSync(root, { recursive: true })
})

/** Virtual environments take long to make on a machine that does other things as well. */
const patienceMs = 110_000

const pnpm = onPath('pnpm')
/** Seen inside at its own place. */
const pnpmFolder = pnpm && dirname(realpathSync(pnpm))
const index = `--index-url ${packages.url}/simple/`

type Program = {
  readonly kind: CacheKind
  /** Succeeds where it is to be had. */
  readonly isThere: string
  readonly fill: string
  /** The same install once more, in another worktree. */
  readonly again: string
  /** Says 42. */
  readonly use: string
}

const programs: readonly Program[] = [
  {
    kind: 'npm',
    isThere: 'command -v npm',
    fill: `npm install --registry ${packages.url} demo`,
    again: `npm install --registry ${packages.url} demo && rm -r node_modules && npm ci --registry ${packages.url}`,
    use: `node -p "require('demo')"`,
  },
  {
    kind: 'pnpm',
    isThere: `${pnpmFolder}/pnpm --version`,
    fill: `echo '{}' > package.json && ${pnpmFolder}/pnpm add --registry ${packages.url} demo`,
    again: `echo '{}' > package.json && ${pnpmFolder}/pnpm add --registry ${packages.url} --offline demo`,
    use: `node -p "require('demo')"`,
  },
  {
    kind: 'pip',
    isThere: 'python3 -c "import ensurepip, venv"',
    fill: `python3 -m venv v && v/bin/pip wheel -w "$PIP_FIND_LINKS" ${index} demo`,
    again: `python3 -m venv v && v/bin/pip install ${index} demo`,
    use: 'v/bin/python -c "import demo; print(demo.answer)"',
  },
]

/** What there is of it in this kind of sandbox, which has programs of its own. */
async function programsIn({ provider, works }: Candidate): Promise<readonly string[]> {
  if (!works) return []
  await using test = await TestSandbox.start(provider, { readOnlyPaths: pnpmFolder ? [pnpmFolder] : [] })
  const found = await Promise.all(
    programs.map(async ({ kind, isThere }) => ((await test.run(isThere)).exitCode === 0 ? [kind] : [])),
  )
  return found.flat()
}

for (const candidate of await candidates({ network: { lookup }, authorities })) {
  const { provider, works, title } = candidate
  if (provider.kind === 'process') continue
  const there = await programsIn(candidate)

  describe.runIf(works)(`${title}: what setup has downloaded`, () => {
    const shown = pnpmFolder ? [pnpmFolder] : []
    const cachesOf = (kind: CacheKind) => openCaches(join(root, provider.kind), [kind])
    const fillCache = async ({ kind, fill }: Program) => {
      const { folders, filling } = await cachesOf(kind)
      const spec = { readOnlyPaths: shown, writablePaths: folders, environment: filling, network }
      await using setup = await TestSandbox.start(provider, spec)
      const done = await setup.run(fill, patienceMs)
      expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 })
    }
    const reader = async (kind: CacheKind, more: object = {}) => {
      const { folders, reading } = await cachesOf(kind)
      const readOnlyPaths = [...shown, ...folders]
      const agent = await TestSandbox.start(provider, { readOnlyPaths, environment: reading.environment, ...more })
      const first = await agent.run(reading.first ?? 'true')
      expect(first, first.stderr).toMatchObject({ exitCode: 0, stderr: '' })
      return agent
    }

    for (const program of programs) {
      const { kind, again, use } = program
      const name = there.includes(kind) ? kind : `${kind} (not there)`

      const installsAgain = async () => {
        await fillCache(program)
        await using agent = await reader(kind)
        const done = await agent.run(again, patienceMs)
        expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 })
        expect((await agent.run(use)).stdout).toBe('42\n')
      }
      const downloadsMore = async () => {
        // Nothing was ever downloaded for this one.
        rmSync(join(root, provider.kind, kind), { recursive: true, force: true })
        await using agent = await reader(kind, { network })
        const done = await agent.run(again.replace('--offline ', ''), patienceMs)
        expect(done, done.stderr + done.stdout).toMatchObject({ exitCode: 0 })
        expect((await agent.run(use)).stdout).toBe('42\n')
        expect(readdirSync(join(root, provider.kind, kind)), 'nothing of it goes to others').toEqual([])
      }
      const test = it.runIf(there.includes(kind))
      const offline = `could not be installed again without network from a cache that is read-only: ${name}`
      test(offline, installsAgain, 3 * patienceMs)
      test(`kept an agent that has network from downloading more: ${name}`, downloadsMore, 3 * patienceMs)
    }
  })
}
