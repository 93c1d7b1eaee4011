import { expect, test } from 'vitest'
import type { WorkFolder } from './contract.ts'
import { cargo, go, python } from './languages.ts'
import { make } from './make.ts'
import { node } from './node.ts'

const folder = (files: Record<string, string>): WorkFolder => ({
  names: new Set(Object.keys(files)),
  read: (name) => files[name],
})
const scripts = (all: Record<string, string>) => folder({ 'package.json': JSON.stringify({ scripts: all }) })

test('scripts of a package are run by their text, with those before and after them', () => {
  const { tests, lint, types, build } = node.find(scripts({ pretest: 'a', test: 'b', lint: 'c', typecheck: 'd' }))
  expect(tests?.run).toBe('export PATH="$PWD/node_modules/.bin:$PATH"\n(a\n) || exit\n(b\n) || exit')
  expect([lint?.from, types?.run.includes('(d'), build]).toEqual(['package.json', true, undefined])
})

test.each([
  ['none where there is none', {}],
  ["npm's own words are no tests", { test: 'echo "Error: no test specified" && exit 1' }],
])('tests: %s', (_, given) => {
  expect(node.find(scripts(given))).toEqual({})
})

test('node measures what its own tests cover', () => {
  expect(node.find(scripts({ test: 'node --test' })).coverage).toMatchObject({ report: 'coverage/lcov.info' })
})

test('a package that cannot be read states nothing', () => {
  expect(node.find(folder({ 'package.json': '{' }))).toEqual({})
})

test('a Makefile goes with the command: the change cannot put another in its place', () => {
  const { tests, lint } = make.find(folder({ Makefile: 'test: a\n\techo one\n' }))
  expect(tests?.run).toContain('echo one\n\nEND_OF_THE_STATED_MAKEFILE\nmake -f')
  expect(lint).toBeUndefined()
})

test('those that it calls below go with it, as far as there is room, and no others', () => {
  const files = {
    Makefile: 'test:\n\t$(MAKE) -C lib test\n',
    'lib/Makefile': 'one',
    'mk/rules.mk': 'two',
    'a.mk/b': 'no',
  }
  const { tests } = make.find(folder({ ...files, 'far/away/Makefile': 'x'.repeat(60_000) }))
  const put = [...(tests?.run ?? '').matchAll(/^put '?([^' ]+)'? <</gm)].map(([, name]) => name)
  expect(put).toEqual(['Makefile', 'lib/Makefile', 'mk/rules.mk'])
})

test('Python, Rust and Go by what their files say', () => {
  expect(Object.keys(python.find(folder({ 'pyproject.toml': '[tool.ruff]\n[tool.pytest]\n' })))).toEqual([
    'lint',
    'tests',
  ])
  expect(Object.keys(cargo.find(folder({ 'Cargo.toml': '' })))).toEqual(['types', 'tests', 'build'])
  expect(Object.keys(go.find(folder({ 'go.mod': '' })))).toEqual(['lint', 'tests', 'coverage', 'build'])
})
