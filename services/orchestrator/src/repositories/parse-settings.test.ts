import { expect, test } from 'vitest'
import { parseSettings } from './parse-settings.ts'

test('settings say what they leave out as well', () => {
  const text = `
setup:
  - name: packages
    run: npm ci
    inputs: [package.json, ./package-lock.json]
    outputs: [node_modules/]
    hosts: [Registry.example.org]
environment:
  PORT: 3000
network:
  hosts: ['*.example.com', 'localhost:4873']
`
  expect(parseSettings(text)).toEqual({
    ok: true,
    value: {
      workdir: '.',
      setup: [
        {
          name: 'packages',
          run: 'npm ci',
          inputs: ['package.json', 'package-lock.json'],
          outputs: ['node_modules'],
          hosts: ['registry.example.org'],
          pass: [],
          minutes: 15,
        },
      ],
      caches: [],
      toolchains: [],
      environment: { PORT: '3000' },
      pass: [],
      network: { kind: 'hosts', hosts: ['*.example.com', 'localhost:4873'] },
      gates: {},
    },
  })
})

test('gates are commands, with more where more is said', () => {
  const text = `
gates:
  tests: make test
  lint: none
  types: { run: tsc, minutes: 2 }
  coverage: { of: repository, least: 70 }
`
  expect(parseSettings(text)).toMatchObject({
    ok: true,
    value: {
      gates: {
        tests: { run: 'make test', minutes: 15 },
        lint: 'none',
        types: { run: 'tsc', minutes: 2 },
        coverage: { report: 'coverage/lcov.info', of: 'repository', least: 70, minutes: 15 },
      },
    },
  })
})

test('an empty file settles nothing, and is no mistake', () => {
  expect(parseSettings('# nothing yet\n')).toMatchObject({ ok: true, value: { setup: [], network: { kind: 'none' } } })
})

test.each([
  ['setup:\n  - name: x\n    rum: npm ci\n', 'line 3: setup.0.rum'],
  ['setup:\n  - name: x\n', 'line 2: setup.0.run'],
  ['network: all\n', 'line 1: network: expected `none`, or `hosts` with a list'],
  ['network:\n  hosts: ["http://x"]\n', 'line 2: network.hosts.0: expected a host'],
  ['workdir: ../elsewhere\n', 'line 1: workdir: expected a path without ".."'],
  ['\npass: [MOSAIC_SERVICE_TOKEN]\n', 'line 2: pass.0: this variable is not for a repository'],
  ['environment:\n  PATH: /x\n', 'environment.PATH'],
  ['image: --privileged\n', 'line 1: image: expected an image, like'],
  ['image: Node:22\n', 'line 1: image: expected an image, like'],
  ['image: node:22 --rm\n', 'line 1: image: expected an image, like'],
  ['workdir: .\ncertificates: none\n', 'line 2: certificates: expected certificates in PEM form'],
  [
    'certificates: |\n  -----BEGIN CERTIFICATE-----\n  bm9uZQ==\n  -----END CERTIFICATE-----\n',
    'line 1: certificates: one of them cannot be read',
  ],
  ['gates:\n  test: make\n', 'line 2: gates.test: there is no such setting'],
  ['gates:\n  tests: 7\n', 'line 2: gates.tests: expected a command, or none'],
  ['gates:\n  lint: { run: x, minutes: 0 }\n', 'line 2: gates.lint.minutes: Too small'],
  ['gates:\n  coverage:\n    least: 101\n', 'line 3: gates.coverage.least: Too big'],
  [
    'gates:\n  coverage:\n    of: lines\n',
    'line 3: gates.coverage.of: Invalid option: expected one of "changed"|"repository"',
  ],
  ['setup: [\n', 'line 2: Flow sequence'],
  ['a: 1\na: 2\n', 'line 2: Map keys must be unique'],
  ['setup: !!js/function "x"\n', 'line 1'],
])('%j is refused with its place: %s', (text, place) => {
  const parsed = parseSettings(text)
  expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(place) })
})

test('aliases that grow without end are refused', () => {
  const rows = Array.from({ length: 30 }, (_, row) => `l${row + 1}: &l${row + 1} [${`*l${row},`.repeat(9)}]`)
  expect(parseSettings(`l0: &l0 x\n${rows.join('\n')}\n`).ok).toBe(false)
})

test('a secret in the file is refused, and is not repeated', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  const parsed = parseSettings(`environment:\n  TOKEN: ${token}\n`)
  expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining('line 2: this looks like a secret') })
  expect(JSON.stringify(parsed)).not.toContain(token)
})

test.each([
  'node',
  'node:22-slim',
  'ghcr.io/you/some_thing.x:1.2',
  'localhost:5000/a/b',
  `alpine@sha256:${'0a'.repeat(32)}`,
])('%s is the name of an image', (image) =>
  expect(parseSettings(`image: ${image}\n`)).toMatchObject({ ok: true, value: { image } }),
)
