import { randomUUID } from 'node:crypto'
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRedactor, Seam } from '@mosaic/redaction'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitWorkspace } from '../git/index.ts'
import { TestRepository, writeFiles } from '../../test/user-repository.ts'
import { candidates } from '../../test/sandboxes.ts'
import type { WorkContext } from './contract.ts'
import { executeTool, toolNamed, type ToolOutcome } from './index.ts'

const secret = 'correct-horse-battery'

for (const { provider, works, title } of await candidates()) {
  describe.runIf(works)(title, () => {
    let origin: TestRepository
    let context: Omit<WorkContext, 'callId'>
    let calls = 0
    const call = async (name: string, input: unknown): Promise<ToolOutcome> => {
      const tool = toolNamed(name)
      if (!tool || tool.runs === 'waiting') throw new Error(`${name} does not work on a worktree`)
      calls += 1
      const redactor = createRedactor([secret])
      const outcome = await executeTool(tool, {
        input,
        context: { ...context, callId: `call-${calls}` },
        redactor,
        seam: new Seam(redactor.text),
      })
      return outcome!
    }
    const inside = (path: string) => join(context.worktree.path, path)

    beforeAll(async () => {
      origin = new TestRepository({
        'readme.md': '# Title\n',
        'src/one.ts': 'export const one = 1\n',
        '.gitignore': 'out\n',
      })
      const git = createGitWorkspace({ root: join(origin.folder, 'git') })
      const sessionId = randomUUID()
      const made = await git.createWorktree({
        repository: origin.path,
        baseBranch: 'main',
        branch: 'mosaic/work',
        agentId: sessionId,
        taskId: 't',
      })
      if (!made.ok) throw new Error(made.error.message)
      const { path: worktreePath, mirrorPath, gitPath } = made.value
      const sandbox = await provider.create({ sessionId, worktreePath, readOnlyPaths: [mirrorPath, gitPath] })
      const trailers = { 'Mosaic-Session': sessionId, 'Mosaic-Operator': 'Ada Lovelace' }
      context = { sessionId, trailers, allowedSecrets: [], sandbox, git, worktree: made.value }
    })
    afterAll(async () => {
      await context.sandbox.dispose()
      origin[Symbol.dispose]()
    })

    it('shell: output, exit code, time limit', async () => {
      expect(await call('shell', { command: 'echo out; echo err >&2' })).toMatchObject({
        content: 'out\n[stderr]\nerr',
        isError: false,
        details: { exitCode: 0 },
      })
      expect(await call('shell', { command: 'false' })).toMatchObject({ content: '[exit code 1]', isError: true })
      expect(await call('shell', { command: 'true' })).toMatchObject({ content: '[no output]', isError: false })
      expect(await call('shell', { command: 'sleep 20', timeout_seconds: 1 })).toMatchObject({
        content: '[killed: it was not done after 1 s]',
        isError: true,
        details: { timedOut: true },
      })
    })

    it('encoding, line ends, mode and links of a file survive an edit', async () => {
      const before = Buffer.from('rate = 7\r\nlabel = Geb\xfchr\r\n', 'latin1')
      writeFileSync(inside('tarif.ini'), before, { mode: 0o755 })
      symlinkSync('tarif.ini', inside('tarif.link'))
      const { ino } = statSync(inside('tarif.ini'))
      expect(await call('read_file', { path: 'tarif.link' })).toMatchObject({
        content: expect.stringContaining('ISO-8859-1'),
        details: { encoding: 'ISO-8859-1' },
      })
      const edit = { path: 'tarif.link', old_text: 'rate = 7\nlabel', new_text: 'rate = 8\nlabel' }
      expect(await call('edit_file', edit)).toMatchObject({ isError: false })
      expect(readFileSync(inside('tarif.ini'), 'latin1')).toBe('rate = 8\r\nlabel = Geb\xfchr\r\n')
      expect(statSync(inside('tarif.ini'))).toMatchObject({ ino, mode: 0o100755 })
      const euro = await call('edit_file', { path: 'tarif.ini', old_text: '8', new_text: '8 €' })
      expect(euro).toMatchObject({ isError: true, details: { code: 'TEXT_NOT_ENCODABLE' } })
      expect(await call('write_file', { path: 'tarif.ini', content: 'ü\n' })).toMatchObject({
        content: expect.stringContaining('keeping ISO-8859-1 and CRLF'),
      })
      expect(readFileSync(inside('tarif.ini'), 'latin1')).toBe('\xfc\r\n')
    })

    it('write, read and edit', async () => {
      expect(await call('write_file', { path: 'src/new/two.ts', content: 'a\nb\nb\nc\n' })).toMatchObject({
        isError: false,
      })
      expect(await call('read_file', { path: 'src/new/two.ts' })).toMatchObject({ content: 'a\nb\nb\nc\n' })
      expect(await call('read_file', { path: 'src/new/two.ts', offset: 2, limit: 2 })).toMatchObject({
        content: 'b\nb\n[lines 2 to 3 of 4]',
      })
      expect(await call('edit_file', { path: 'src/new/two.ts', old_text: 'a\n', new_text: '$& é\n' })).toMatchObject({
        content: expect.stringContaining('line 1'),
      })
      expect(readFileSync(inside('src/new/two.ts'), 'utf8')).toBe('$& é\nb\nb\nc\n')
      expect(await call('edit_file', { path: 'src/new/two.ts', old_text: 'b\n', new_text: 'x' })).toMatchObject({
        isError: true,
        details: { code: 'OLD_TEXT_NOT_UNIQUE' },
      })
      expect((await call('shell', { command: 'echo more >> src/new/two.ts && rm src/new/two.ts' })).isError).toBe(false)
    })

    it('keeps a file’s mode and follows links that stay inside', async () => {
      writeFiles(context.worktree.path, { 'run.sh': 'one\n' })
      chmodSync(inside('run.sh'), 0o755)
      symlinkSync('run.sh', inside('link.sh'))
      await call('write_file', { path: 'link.sh', content: 'two\n' })
      expect(statSync(inside('run.sh')).mode & 0o777).toBe(0o755)
      expect(readFileSync(inside('run.sh'), 'utf8')).toBe('two\n')
    })

    it('refuses what leads out, is binary, too large or not there, in words for the model', async () => {
      writeFileSync(inside('binary'), Buffer.from([1, 0, 2]))
      writeFileSync(inside('large'), Buffer.alloc(5 * 1024 ** 2, 97))
      symlinkSync('/etc/passwd', inside('passwd'))
      const codes = ['../x', '/etc/passwd', 'passwd', '.git', 'binary', 'large', 'none', 'src'].map(async (path) => {
        const { isError, details } = await call('read_file', { path })
        return [isError, details['code']]
      })
      const out = [true, 'PATH_OUTSIDE_WORKTREE']
      const rest = ['FILE_IS_BINARY', 'FILE_TOO_LARGE', 'ENOENT', 'NOT_A_FILE'].map((code) => [true, code])
      expect(await Promise.all(codes)).toEqual([out, out, out, out, ...rest])
      expect(await call('search', { pattern: 'x', path: '../..' })).toMatchObject({ details: { code: out[1] } })
    })

    it('search finds what is not UTF-8, and never a line twice', async () => {
      writeFileSync(inside('latin.txt'), Buffer.from('café = 1\nplain = 2\n', 'latin1'))
      writeFileSync(inside('utf8.txt'), 'café = 1\n')
      const lines = async (pattern: string) => (await call('search', { pattern })).content.split('\n').sort()
      for (const pattern of ['café', 'caf. = ']) {
        expect(await lines(pattern)).toEqual(['latin.txt:1:caf\uFFFD = 1', 'utf8.txt:1:café = 1'])
      }
      expect(await lines('= 2$')).toEqual(['latin.txt:2:plain = 2'])
    })

    it('list_files and search leave out what git ignores', async () => {
      writeFiles(context.worktree.path, { 'out/ignored.ts': 'one', 'it’s $(odd) [x].ts': 'const one = 2\n' })
      const all = (await call('list_files', {})).content.split('\n')
      expect(all).toEqual(expect.arrayContaining(['readme.md', 'src/one.ts', 'it’s $(odd) [x].ts']))
      expect(all).not.toContain('out/ignored.ts')
      expect((await call('list_files', { path: 'src', glob: '**/*.ts' })).content).toBe('src/one.ts')
      expect((await call('list_files', { glob: '*.none' })).content).toBe('[no files]')
      expect((await call('search', { pattern: 'one = [0-9]' })).content.split('\n').sort()).toEqual(
        ['it’s $(odd) [x].ts:1:const one = 2', 'src/one.ts:1:export const one = 1'].sort(),
      )
      expect((await call('search', { pattern: "it's; touch pwned", path: 'src' })).content).toBe('[no match]')
      expect((await call('search', { pattern: '(' })).details).toMatchObject({ code: 'COMMAND_FAILED' })
    })

    it('tells what is wrong with the input', async () => {
      expect(await call('shell', { cmd: 'ls' })).toMatchObject({ isError: true, details: { code: 'INVALID_INPUT' } })
      expect((await call('shell', { cmd: 'ls' })).content).toContain('command')
    })

    it('lets no key through, in output, paths or errors', async () => {
      const key = ['ghp', 'a'.repeat(36)].join('_')
      const outcomes = [
        await call('shell', { command: `echo ${secret}; echo ${key} >&2` }),
        await call('read_file', { path: `${key}` }),
        await call('write_file', { path: `${secret}.txt`, content: secret }),
      ]
      expect(JSON.stringify(outcomes)).not.toMatch(new RegExp(`${secret}|${key}`))
      expect(outcomes[0]?.content).toContain('[redacted: GitHub token]')
      await call('shell', { command: `rm ./*${secret}*` })
    })

    it('shortens what is long', async () => {
      const { content, details } = await call('shell', { command: 'seq 1 100000' })
      expect(content.length).toBeLessThan(61_000)
      expect(content).toContain('left out')
      expect(details).toMatchObject({ truncated: true })
    })

    it('commit and merge_branch, with their refusals', async () => {
      await call('shell', { command: 'rm -f binary large passwd link.sh' })
      const { content, details, fact } = await call('commit', { message: 'Work' })
      expect(fact).toMatchObject({
        type: 'RecordCommit',
        commit: details['commit'],
        message: 'Work',
        push: { state: 'pushed' },
      })
      expect(JSON.parse(content)).toMatchObject({ branch: context.worktree.branch, pushed: true })
      expect(origin.git('rev-parse', context.worktree.branch)).toBe(details['commit'])
      expect(
        origin.git('log', '-1', '--format=%(trailers:key=Mosaic-Session,valueonly)', context.worktree.branch),
      ).toBe(context.sessionId)
      expect(await call('commit', { message: 'Again' })).toMatchObject({
        isError: true,
        details: { code: 'NOTHING_TO_COMMIT' },
      })
      origin.git('checkout', '--quiet', '-b', 'other')
      origin.commit('other', { 'other.txt': 'other\n' })
      const merged = await call('merge_branch', { branch: 'other' })
      expect(JSON.parse(merged.content)).toMatchObject({ changed: true, pushed: true })
      expect(merged.fact).toMatchObject({
        type: 'RecordCommit',
        merged: 'other',
        message: "Merge branch 'other'",
        files: 1,
      })
      expect((await call('shell', { command: 'cat other.txt && echo mine >> other.txt' })).content).toBe('other')
      expect(await call('merge_branch', { branch: 'none' })).toMatchObject({ details: { code: 'BRANCH_NOT_FOUND' } })
    })

    it('says so when the sandbox has ended', async () => {
      await context.sandbox.signalKill()
      await context.sandbox.awaitExit(5_000)
      expect(await call('shell', { command: 'ls' })).toMatchObject({ isError: true, details: { code: 'SANDBOX_GONE' } })
    })
  })
}
