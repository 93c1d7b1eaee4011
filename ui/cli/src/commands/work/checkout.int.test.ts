import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { advanceThere, hasCommit, isCheckedOutAt, mergeThere } from './checkout.ts'

let repository: string
const git = (...args: string[]) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: 'pipe' }).trimEnd()
/** With an index of its own, so that what is checked out stays as it is. */
const gitBeside = (input: string, ...args: string[]) => {
  const env = { ...process.env, GIT_INDEX_FILE: join(repository, '.git/beside') }
  return execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: 'pipe', env, input }).trimEnd()
}
const write = (file: string, text: string) => writeFileSync(join(repository, file), text)
const read = (file: string) => readFileSync(join(repository, file), 'utf8')
const commit = (file: string, text: string) => {
  write(file, text)
  git('add', file)
  git('commit', '--quiet', '-m', `${file}: ${text}`)
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'mosaic-checkout-'))
  git('init', '--quiet', '--initial-branch', 'main')
  git('config', 'user.name', 'Ada')
  git('config', 'user.email', 'ada@example.org')
  commit('a', '1')
  commit('b', '1')
  git('checkout', '--quiet', '-b', 'work')
  commit('b', 'of the agent')
  git('checkout', '--quiet', 'main')
})
afterEach(() => rmSync(repository, { recursive: true, force: true }))

const methods = ['merge', 'squash'] as const
const mergeBy = (method: (typeof methods)[number]) =>
  mergeThere(repository, { branch: 'work', method, message: 'Work of an agent' })
/** All that the person has there, but the time of it. */
const everything = () => [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('diff', '--cached'), read('a')]

test('only what is checked out is merged there', async () => {
  expect(await isCheckedOutAt(repository, 'main')).toBe(true)
  expect(await isCheckedOutAt(repository, 'work')).toBe(false)
  expect(await isCheckedOutAt('https://example.org/code.git', 'main')).toBe(false)
  expect(await isCheckedOutAt(null, 'main')).toBe(false)
})

test.each(methods)('%s: the work is in, beside what is changed and not staged', async (method) => {
  commit('c', 'newer')
  write('a', 'mine')
  await mergeBy(method)
  expect([read('b'), read('a'), git('log', '-1', '--format=%s')]).toEqual(['of the agent', 'mine', 'Work of an agent'])
  expect(git('status', '--porcelain')).toBe(' M a')
})

test.each(methods)('%s: what conflicts is left as it was', async (method) => {
  commit('b', 'of somebody else')
  write('a', 'mine')
  const before = everything()
  await expect(mergeBy(method)).rejects.toThrow(/conflict/i)
  expect(everything()).toEqual(before)
})

test.each(methods)('%s: what the person had staged was thrown away, or was in the commit', async (method) => {
  for (const isAhead of [false, true]) {
    if (isAhead) commit('c', 'newer')
    write('a', 'mine')
    git('add', 'a')
    const before = everything()
    await expect(mergeBy(method)).rejects.toThrow('something is staged there')
    expect(everything()).toEqual(before)
    git('reset', '--quiet', '--hard')
  }
})

test.each(methods)('%s: a merge that the person had begun was aborted', async (method) => {
  git('checkout', '--quiet', '-b', 'other', 'HEAD~1')
  commit('b', 'of another')
  git('checkout', '--quiet', 'main')
  commit('b', 'of main')
  expect(() => git('merge', 'other')).toThrow()
  write('b', 'resolved with care')
  git('add', 'b')
  const before = everything()
  await expect(mergeBy(method)).rejects.toThrow('a merge is under way')
  expect([...everything(), read('b'), git('rev-parse', 'MERGE_HEAD')]).toEqual([
    ...before,
    'resolved with care',
    git('rev-parse', 'other'),
  ])
})

test('what is checked out moves forward to a ref beside it, or not at all', async () => {
  git('update-ref', 'refs/mosaic/landings/one', 'work')
  const offered = git('rev-parse', 'work')
  expect(await hasCommit(repository, offered)).toBe(false)
  write('a', 'mine')
  await advanceThere(repository, 'refs/mosaic/landings/one')
  expect(await hasCommit(repository, offered)).toBe(true)
  expect([git('rev-parse', 'main'), read('a'), read('b')]).toEqual([git('rev-parse', 'work'), 'mine', 'of the agent'])
  git('reset', '--quiet', '--hard', 'HEAD^')
  commit('c', 'newer')
  const before = everything()
  await expect(advanceThere(repository, 'refs/mosaic/landings/one')).rejects.toThrow(/fast-forward/i)
  expect(everything()).toEqual(before)
})

/** The agent's branch holds these, as programs; what they would do is to leave a file. */
function programsOnBranch(...names: string[]): () => string[] {
  const left = join(repository, '.git/left')
  mkdirSync(left)
  mkdirSync(join(repository, '.git/info'), { recursive: true })
  git('checkout', '--quiet', 'work')
  for (const name of names) {
    mkdirSync(dirname(join(repository, name)), { recursive: true })
    writeFileSync(join(repository, name), `#!/bin/sh\ntouch ${left}/${basename(name)}\ncat 2>/dev/null\n`, {
      mode: 0o755,
    })
  }
  git('add', '--all')
  git('commit', '--quiet', '-m', 'programs')
  git('checkout', '--quiet', 'main')
  return () => readdirSync(left)
}

test.each(methods)("%s: hooks that the agent wrote ran with the person's rights", async (method) => {
  const hooks = 'pre-merge-commit pre-commit prepare-commit-msg commit-msg post-commit post-merge reference-transaction'
  const ran = programsOnBranch(...hooks.split(' ').map((name) => `.hooks/${name}`))
  git('config', 'core.hooksPath', '.hooks')
  // git 2.54 and later.
  git('config', 'hook.own.command', '.hooks/pre-commit')
  for (const event of hooks.split(' ')) git('config', '--add', 'hook.own.event', event)
  await mergeBy(method)
  expect([ran(), existsSync(join(repository, '.hooks/pre-commit'))]).toEqual([[], true])
})

test('what is checked out was moved forward with hooks that the agent wrote', async () => {
  const ran = programsOnBranch('.hooks/post-merge', '.hooks/reference-transaction')
  git('config', 'core.hooksPath', '.hooks')
  git('update-ref', 'refs/mosaic/landings/one', 'work')
  await advanceThere(repository, 'refs/mosaic/landings/one')
  expect([ran(), git('rev-parse', 'main')]).toEqual([[], git('rev-parse', 'work')])
})

test.each([
  ['filter.own.smudge', 'tools/own.sh'],
  ['filter.own.clean', './tools/own.sh --quiet'],
  ['merge.own.driver', 'sh tools/run.sh %O %A %B'],
])('%s is a program that the branch changes, or lies beside it: %s', async (key, command) => {
  const ran = programsOnBranch('tools/own.sh')
  writeFileSync(join(repository, '.git/info/attributes'), '* filter=own merge=own\n')
  git('config', key, command)
  const before = git('rev-parse', 'HEAD')
  await expect(mergeBy('merge')).rejects.toThrow(/your git configuration runs “.*tools\/(own|run)\.sh/)
  git('update-ref', 'refs/mosaic/landings/one', 'work')
  await expect(advanceThere(repository, 'refs/mosaic/landings/one')).rejects.toThrow('merge by hand')
  expect([ran(), git('rev-parse', 'HEAD')]).toEqual([[], before])
})

test.each([
  ['npx --yes merge-it %O %A %B', 'package.json'],
  ['/usr/bin/make -s merged', 'Makefile'],
  ['python3 -m json.tool', 'argparse.py'],
  ['"$(git rev-parse --show-toplevel)"/tools/own.sh', 'tools/own.sh'],
  ['bin/own.sh', 'tools/own.sh'],
])(
  'a driver runs what a file of the branch says, in ways that a command does not tell: %s, %s',
  async (command, file) => {
    const ran = programsOnBranch(file)
    writeFileSync(join(repository, '.git/info/attributes'), '* merge=own\n')
    git('config', 'merge.own.driver', command)
    await expect(mergeBy('merge')).rejects.toThrow('your git configuration runs')
    expect(ran()).toEqual([])
  },
)

test('what a branch changed beyond 16 MB of names was taken for nothing', async () => {
  programsOnBranch('tools/own.sh')
  git('config', 'filter.own.smudge', 'tools/own.sh')
  const deep = Array.from({ length: 15 }, () => 'd'.repeat(250)).join('/')
  const blob = git('rev-parse', 'work:b')
  const entries = Array.from({ length: 4700 }, (_, at) => `100644 ${blob}\t${deep}/${at}`).join('\n')
  gitBeside('', 'read-tree', 'work')
  gitBeside(`${entries}\n`, 'update-index', '--index-info')
  const tree = gitBeside('', 'write-tree')
  git('update-ref', 'refs/heads/work', git('commit-tree', '-p', 'work', '-m', 'many', tree))
  await expect(mergeBy('merge')).rejects.toThrow('the branch changes more than can be looked at')
})

test('a program that signs commits lay in the repository', async () => {
  const ran = programsOnBranch('tools/own.sh')
  git('config', 'commit.gpgSign', 'true')
  git('config', 'gpg.program', 'tools/own.sh')
  await expect(mergeBy('merge')).rejects.toThrow('gpg.program of your git configuration runs')
  expect(ran()).toEqual([])
})

test('a file that the configuration includes and the branch changes chose what ran after it', async () => {
  programsOnBranch('.gitconfig')
  git('config', 'include.path', '../.gitconfig')
  commit('.gitconfig', '[alias]\n\tst = status\n')
  await expect(mergeBy('squash')).rejects.toThrow('.gitconfig is part of your git configuration')
})

test("a filter that is not among the branch's changes is the person's, and runs", async () => {
  programsOnBranch('docs/own.sh')
  writeFileSync(join(repository, '.git/info/attributes'), 'b filter=own\n')
  git('config', 'filter.own.smudge', 'tr a-z A-Z')
  await mergeBy('merge')
  expect(read('b')).toBe('OF THE AGENT')
})
