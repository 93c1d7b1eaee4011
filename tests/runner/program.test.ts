import { expect, test } from 'vitest'
import { endPrograms, runningProgram } from './program.ts'

function running(script: string, limitMs: number) {
  let said = ''
  const run = runningProgram({ cwd: '/', env: process.env, say: (text) => void (said += text), limitMs })
  return run(['sh', '-c', script]).then((answer) => ({ ...answer, said }))
}

test('says what it prints, and answers how it ended', async () => {
  const said = 'one\ntwo\n'
  expect(await running('echo one; echo two; exit 3', 60_000)).toEqual({ code: 3, tail: said, said })
})

test('one that never ended kept everything waiting', async () => {
  const { code, said } = await running('sleep 20 & echo begun; exec sleep 600', 500)
  expect(code).toBe(1)
  expect(said).toContain('begun\n')
  expect(said).toContain('sh has not ended within 1 s')
})

const child = `sh -c 'trap "echo told; exit" TERM; echo begun; while :; do sleep 0.1; done'`

test('what the runner had started lived on when it alone was told to stop', async () => {
  const run = runningProgram({
    cwd: '/',
    env: process.env,
    say: (text) => void (text.includes('begun') && endPrograms()),
    limitMs: 60_000,
  })
  const ended = await run(['sh', '-c', `trap : TERM; ${child} & wait; wait; exit 5`])
  expect(ended).toEqual({ code: 5, tail: expect.stringContaining('told\n') })
})
