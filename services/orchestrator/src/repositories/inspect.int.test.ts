import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { orchestratorRoutes, urlOf } from '@mosaic/contracts/http'
import type { RepositoryInspection } from '@mosaic/contracts/repository'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { TestRepository } from '../../test/user-repository.ts'
import { parseSettings } from './parse-settings.ts'

let harness: Harness
let client: Client
const home = mkdtempSync(join(tmpdir(), 'mosaic-home-'))

beforeAll(async () => {
  for (const program of ['nvm/versions/node/v18.20.1/bin/npm', 'pyenv/versions/3.12.1/bin/python3']) {
    mkdirSync(join(home, `.${program}`, '..'), { recursive: true })
    writeFileSync(join(home, `.${program}`), '#!/bin/sh\n', { mode: 0o755 })
  }
  harness = await Harness.start()
  client = await harness.orchestrator({ HOME: home })
})
afterAll(async () => {
  await harness.close()
  rmSync(home, { recursive: true, force: true })
})

async function inspect(repository: string): Promise<RepositoryInspection> {
  const { body } = await client.get(urlOf(orchestratorRoutes.inspectRepository.path, {}, { repository }))
  return orchestratorRoutes.inspectRepository.answer.parse(body)
}

test('a Node project is seen for what it is, and what is proposed can be read', async () => {
  using repository = new TestRepository({
    'package.json': JSON.stringify({ scripts: { test: 'node --test' }, dependencies: { left: '1' } }),
    'package-lock.json': JSON.stringify(
      { packages: { left: { resolved: 'https://npm.example:8443/left.tgz' } } },
      null,
      1,
    ),
    '.nvmrc': '18\n',
    'src/index.ts': '',
    'AGENTS.md': 'Be kind.\n',
    '.gitattributes': '*.bin filter=lfs\n',
  })
  const seen = await inspect(repository.path)
  expect(seen).toMatchObject({
    branch: 'main',
    commit: repository.git('rev-parse', 'HEAD'),
    languages: [{ name: 'TypeScript', files: 1 }],
    packageManagers: [{ name: 'npm', manifest: 'package.json', lockfile: 'package-lock.json' }],
    testCommands: ['npm test'],
    instructions: ['AGENTS.md'],
    submodules: [],
    lfs: true,
    settings: null,
  })
  expect(seen.host.toolchains).toEqual(
    expect.arrayContaining([
      { name: 'nvm:v18.20.1', path: join(home, '.nvm/versions/node/v18.20.1'), programs: ['npm'] },
      { name: 'pyenv:3.12.1', path: join(home, '.pyenv/versions/3.12.1'), programs: ['python3'] },
    ]),
  )
  expect(parseSettings(seen.proposal)).toMatchObject({
    ok: true,
    value: {
      workdir: '.',
      toolchains: ['nvm:v18.20.1'],
      setup: [
        {
          run: 'npm ci',
          inputs: ['package.json', 'package-lock.json'],
          outputs: ['node_modules'],
          hosts: ['npm.example:8443'],
        },
      ],
      caches: ['npm'],
      network: { kind: 'none' },
    },
  })
})

test('a Python project below the root, with an index of its own', async () => {
  using repository = new TestRepository({
    'service/requirements.txt': '--index-url http://127.0.0.1:4000/simple\nsix==1.0\npytest\n',
    'service/.python-version': '3.12\n',
    'service/app.py': '',
  })
  const seen = await inspect(repository.path)
  expect(seen.testCommands).toEqual(['.venv/bin/python -m pytest'])
  expect(parseSettings(seen.proposal)).toMatchObject({
    value: {
      workdir: 'service',
      toolchains: ['pyenv:3.12.1'],
      setup: [{ outputs: ['.venv'], hosts: ['127.0.0.1:4000'] }],
    },
  })
})

test('a repository that wants nothing gets a proposal that says so', async () => {
  using repository = new TestRepository()
  const { proposal, packageManagers } = await inspect(repository.path)
  expect(packageManagers).toEqual([])
  expect(parseSettings(proposal)).toMatchObject({ ok: true, value: { setup: [], network: { kind: 'none' } } })
})

test('nothing of a hostile repository runs or is followed while it is looked at', async () => {
  using repository = new TestRepository({ 'readme.md': 'hello\n' })
  const canary = join(repository.folder, 'canary')
  symlinkSync('/etc/passwd', join(repository.path, 'package.json'))
  repository.commit('hostile', { 'mosaic.yaml': 'setup: !!js/function "x"\n', '.gitattributes': '* filter=x\n' })
  for (const setting of ['core.fsmonitor', 'filter.x.smudge', 'core.sshCommand', 'uploadpack.packObjectsHook'])
    repository.git('config', setting, `touch ${canary}`)
  const seen = await inspect(repository.path)
  expect(seen.packageManagers).toEqual([])
  expect(seen.settings).toMatchObject({ approved: false, permits: [], problem: expect.stringContaining('line 1') })
  expect(() => rmSync(canary)).toThrow('ENOENT')
})

test('a file of settings that was too long, or a link, was no file, and the repository went on without its settings', async () => {
  using repository = new TestRepository({ 'mosaic.yaml': `# ${'x'.repeat(200_000)}\nsetup: []\n` })
  const tooLong = await inspect(repository.path)
  expect(tooLong.settings).toMatchObject({ approved: false, permits: [], problem: 'more than 64 kB' })
  rmSync(join(repository.path, 'mosaic.yaml'))
  symlinkSync('/etc/passwd', join(repository.path, 'mosaic.yaml'))
  repository.commit('a link', {})
  expect((await inspect(repository.path)).settings).toMatchObject({ permits: [], problem: 'it is no regular file' })
})
