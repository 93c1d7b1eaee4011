import { randomUUID } from 'node:crypto'
import { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { describe, expect, test } from 'vitest'
import { type Build, all, named, nested, proposal, textId, uint } from '../../test/raw-requests.ts'
import { client, raw, useMemoryNode } from '../../test/memory-node.ts'

useMemoryNode()

const ANY = nested(4)
const FINAL = uint(4, 1)
const options = (stream: string, ...more: Build[]): Build => nested(2, named(1, stream), ...more)
const event = (of?: Parameters<typeof proposal>[0]): Build => nested(3, proposal(of))
const BAD_EVENT = event({ id: textId('nonsense') })
const milliseconds = (ms: number): Build => nested(7, uint(1, Math.floor(ms / 1000)), uint(2, (ms % 1000) * 1e6))

/** What came: for each answer its type, and the revision of a success. */
async function go(requests: Build[], settings?: Parameters<typeof raw.batches>[1]) {
  const { messages, code } = await raw.batches(requests, settings)
  const answers = messages.map((message) => {
    const answer = BatchAppendResp.deserializeBinary(message)
    const type = answer.getError()?.getDetails()?.getTypeUrl().split('.').at(-1)
    return type ?? `success ${answer.getSuccess()?.getCurrentRevision()}`
  })
  return { answers, code }
}
const read = async (stream: string): Promise<number> => {
  let count = 0
  for await (const _ of client.readStream(stream)) count++
  return count
}

describe('chunks of a batch append', () => {
  test('of an append that nobody began are ignored', async () => {
    const stray = all(textId(), event(), FINAL)
    const whole = all(textId(), options('after stray', ANY), event(), FINAL)
    expect(await go([stray, whole])).toEqual({ answers: ['success 0'], code: 'open' })
  })

  test('keep the options of the first', async () => {
    const id = textId(randomUUID())
    const first = all(id, options('first', ANY), event())
    const second = all(id, options('second', nested(3)), event(), FINAL)
    expect((await go([first, second])).answers).toEqual(['success 1'])
    expect(await read('first')).toBe(2)
  })

  test('are refused one by one, and the append stays open after a bad event', async () => {
    const id = textId(randomUUID())
    const begin = all(id, options('patient', ANY), event())
    const bad = all(id, options('patient', ANY), BAD_EVENT, FINAL)
    const good = all(id, event(), FINAL)
    expect(await go([begin, bad, good])).toEqual({ answers: ['BadRequest', 'success 1'], code: 'open' })
  })

  test('end the call when a bad event comes without options', async () => {
    const id = textId(randomUUID())
    const begin = all(id, options('ended', ANY), event())
    expect((await go([begin, all(id, BAD_EVENT)])).code).toBe('UNKNOWN')
  })

  test('that are too large together are refused at once, and what follows is ignored', async () => {
    const id = textId(randomUUID())
    const half = event({ data: Buffer.alloc(600_000, 32) })
    const chunks = [all(id, options('big', ANY), half), all(id, half), all(id, event(), FINAL)]
    expect((await go(chunks)).answers).toEqual(['MaximumAppendSizeExceeded'])
    await expect(read('big')).rejects.toMatchObject({ type: 'stream-not-found' })
  })

  test('that do not come in time are given up', async () => {
    const id = randomUUID()
    const begin = all(textId(id), options('slow', ANY, milliseconds(150)), event())
    const { messages } = await raw.batches([begin])
    const answer = BatchAppendResp.deserializeBinary(messages[0]!)
    expect(answer.getError()?.getDetails()?.getTypeUrl()).toMatch(/Timeout$/)
    expect(answer.getCorrelationId()?.hasStructured()).toBe(true)
  })

  test('with no time left are refused', async () => {
    const request = all(textId(), options('late', ANY, milliseconds(0)), event(), FINAL)
    expect((await go([request])).answers).toEqual(['Timeout'])
  })
})

describe('an expected revision of a batch append', () => {
  const MAX_UINT64 = 2n ** 64n - 1n

  test('of 2^64 - 1 means no stream', async () => {
    const request = () => all(textId(), options('numbers', uint(2, MAX_UINT64)), event(), FINAL)
    const { messages } = await raw.batches([request(), request()])
    const [success, refusal] = messages.map((message) => BatchAppendResp.deserializeBinary(message))
    expect(success?.getSuccess()?.getCurrentRevision()).toBe('0')
    // WrongExpectedVersion { current_stream_revision: 0, expected_no_stream }
    expect(Buffer.from(refusal?.getError()?.getDetails()?.getValue_asU8() ?? []).toString('hex')).toBe('08003200')
  })

  test('above 2^63 - 1 is no revision', async () => {
    const request = all(textId(), options('numbers', uint(2, 2n ** 63n)), event(), FINAL)
    expect((await go([request])).answers).toEqual(['BadRequest'])
  })
})

describe('a half-closed batch append', () => {
  const whole = (stream: string) => all(textId(), options(stream, ANY), event(), FINAL)

  test('ends once everything is answered', async () => {
    const requests = ['a', 'b', 'c'].map((name) => whole(`closing ${name}`))
    expect(await go(requests, { halfClose: true })).toEqual({
      answers: ['success 0', 'success 0', 'success 0'],
      code: 'OK',
    })
  })

  test('stays open when nothing was waiting', async () => {
    expect(await go([], { halfClose: true })).toEqual({ answers: [], code: 'open' })
  })
})
