import { inSpan, type Span, startTracing, stopTracing } from '@mosaic/telemetry'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = []
  write(createLogger({ name: 'relay' }, { write: (line) => lines.push(line) }))
  return JSON.parse(lines.join('')) as Record<string, unknown>
}

test('one JSON object per line with name, level and time', () => {
  const line = logged((logger) => logger.warn({ lag: 3 }, 'behind'))
  expect(line).toMatchObject({ name: 'relay', level: 'warn', lag: 3, msg: 'behind' })
  expect(new Date(String(line['time'])).getTime()).toBeGreaterThan(0)
})

test('fields with the name of a secret are replaced at any usual depth', () => {
  const line = logged((logger) =>
    logger.info({ token: 'a', req: { headers: { authorization: 'Bearer a', 'x-api-key': 'a', host: 'h' } } }),
  )
  expect(line).toMatchObject({
    token: '[redacted]',
    req: { headers: { authorization: '[redacted]', 'x-api-key': '[redacted]', host: 'h' } },
  })
})

test('secrets inside texts and errors are masked', () => {
  const line = logged((logger) =>
    logger.error({ err: new Error('no postgres://mosaic:hunter2@127.0.0.1:5432/mosaic') }),
  )
  expect(JSON.stringify(line)).not.toContain('hunter2')
  const token = ['mosa', 'ic_', 'a1'.repeat(20)].join('')
  expect(logged((logger) => logger.info({ said: [`is\n${token}`] }, `got ${token}`))).toMatchObject({
    said: ['is\n[redacted: Mosaic token]'],
    msg: 'got [redacted: Mosaic token]',
  })
})

test('a line that is written within a span names it', async () => {
  await startTracing({ service: 'test', onProblem: () => undefined })
  const write = async (span: Span | undefined) => [span, logged((logger) => logger.info('within'))] as const
  const [span, line] = await inSpan('work', {}, write)
  expect(line).toMatchObject({ traceparent: span?.traceparent })
  await stopTracing(100)
  expect(logged((logger) => logger.info('without'))).not.toHaveProperty('traceparent')
})
