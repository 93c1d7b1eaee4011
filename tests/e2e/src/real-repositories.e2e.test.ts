import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionView, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { repositoryInspection } from '@mosaic/contracts/repository'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { type PackageIndexes, servePackages } from './package-indexes.ts'
import { commitFiles, createRepository, git } from './repositories.ts'

// A new person's way to agents that install, test and commit in a repository of their own, with nothing settled but what
// `mosaic repo inspect` proposes.
let instance: Instance
let indexes: PackageIndexes

beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 50 })
  indexes = await servePackages(instance.folder)
})
afterAll(async () => {
  await indexes?.close()
  await instance?.close()
})

const nodeProject = (): Record<string, string> => {
  const dependencies = { greeting: '1.0.0' }
  const { url, integrity } = indexes
  const locked = { version: '1.0.0', resolved: `${url}/greeting.tgz`, integrity }
  const lock = {
    name: 'thing',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { dependencies }, 'node_modules/greeting': locked },
  }
  return {
    '.npmrc': `registry=${url}/\n`,
    'package.json': JSON.stringify({ name: 'thing', scripts: { test: 'node --test' }, dependencies }),
    'package-lock.json': JSON.stringify(lock, null, 2),
    'greet.test.js':
      "const { test } = require('node:test')\nconst assert = require('node:assert')\ntest('greets', () => assert.equal(require('greeting').greet('Ada'), 'Hello, Ada!'))\n",
  }
}

const pythonProject = (): Record<string, string> => ({
  '.gitignore': '__pycache__/\n',
  'requirements.txt': `--index-url ${indexes.url}/simple\ngreeting==1.0.0\n`,
  'test_greet.py':
    'import unittest\nimport greeting\n\n\nclass Greets(unittest.TestCase):\n    def test(self):\n        self.assertEqual(greeting.greet("Ada"), "Hello, Ada!")\n',
})

const kinds = [
  ['a Node project with a dependency', nodeProject, 'npm test', '/greeting.tgz', 'node_modules'],
  [
    'a Python project with a virtual environment',
    pythonProject,
    '.venv/bin/python -m unittest',
    '/files/greeting-1.0.0-py3-none-any.whl',
    '.venv',
  ],
] as const

it.each(kinds)('%s: inspected, approved, set up, tested and committed', async (_, filesOf, test, download, made) => {
  const repository = createRepository(instance.folder)
  commitFiles(repository, 'A project', filesOf())

  const seen = repositoryInspection.parse(await instance.json('repo', 'inspect', repository, '--write'))
  expect(seen.testCommands).toEqual([test])
  commitFiles(repository, 'What agents need', {})

  const agent = [
    'agent',
    'spawn',
    '--repo',
    repository,
    '--task',
    'Note it.',
    '--model',
    scenario(test),
    '--wait',
  ] as const
  const refused = await instance.mosaic(...agent)
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('SETTINGS_NOT_APPROVED')
  const approved = await instance.mosaic('repo', 'approve', repository, '--yes')
  expect([approved.code, approved.stderr]).toEqual([0, ''])

  const first = sessionView.parse(await instance.json(...agent))
  expect(first).toMatchObject({ status: 'completed', commits: 1, failure: null })
  expect(git(repository, 'diff', '--name-only', `main...${first.branch}`)).toBe('NOTES.md')
  expect(await setupOf(first)).toMatchObject([{ cached: false, exitCode: 0 }])
  expect(indexes.asked).toContain(download)

  const before = indexes.asked.length
  const second = sessionView.parse(await instance.json(...agent))
  expect(second).toMatchObject({ status: 'completed', commits: 1 })
  expect(await setupOf(second)).toMatchObject([{ cached: true, exitCode: 0 }])
  expect(indexes.asked).toHaveLength(before)
  expect(git(repository, 'ls-tree', '--name-only', second.branch ?? '')).not.toContain(made)
})

/** Runs the tests, which have to pass, and notes it. */
function scenario(test: string): string {
  const path = join(instance.folder, 'tester.yaml')
  const steps = [
    { call: { tool: 'shell', input: { command: `set -e; ${test}; echo "tested" > NOTES.md` } } },
    { call: { tool: 'commit', input: { message: 'Tested' } } },
    { call: { tool: 'finish', input: { outcome: 'completed', summary: 'Tested.' } } },
  ]
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ name: 'tester', description: 'tests', agents: [{ name: 'tester', steps }] }))
  return `scripted:${path}`
}

async function setupOf({ sessionId }: SessionView): Promise<unknown[]> {
  const answer = await instance.json('agent', 'messages', sessionId, '--limit', '500')
  const { items } = gatewayRoutes.messages.answer.parse(answer)
  return items.flatMap((entry) =>
    entry.kind === 'notice' && entry.eventType === 'SetupStepCompleted' ? [entry.data] : [],
  )
}
