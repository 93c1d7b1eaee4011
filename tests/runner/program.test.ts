import { expect, test } from 'vitest'
import { runningProgram } from './program.ts'

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
