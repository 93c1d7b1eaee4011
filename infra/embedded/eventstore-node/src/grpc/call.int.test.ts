import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, connect } from 'node:http2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'
import {
  type Build,
  all,
  append,
  appendTo,
  encode,
  named,
  nested,
  proposal,
  textId,
  uint,
} from '../../test/raw-requests.ts'
import { MessageSplitter, frameMessages } from './frames.ts'

let node: EventStoreNode
let session: ClientHttp2Session

beforeEach(async () => {
  node = await startEventStoreNode({ memory: true })
  // So small a window that answers wait for the client to read.
  session = connect(`http://127.0.0.1:${node.port}`, { settings: { initialWindowSize: 100 } })
})
afterEach(async () => {
  session.destroy()
  await node.close()
})

const framed = (...messages: Build[]) => frameMessages(messages.map(encode))
const open = (method: string): ClientHttp2Stream =>
  session.request({
    ':method': 'POST',
    ':path': `/event_store.client.streams.Streams/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
  })

/** How many answers a call gets, and how it ends. */
async function endOf(call: ClientHttp2Stream) {
  let trailers: IncomingHttpHeaders = {}
  let answers = 0
  const splitter = new MessageSplitter(2 ** 20, undefined)
  call.on('response', (headers) => (trailers = headers))
  call.on('trailers', (headers) => (trailers = headers))
  call.on('data', (chunk: Buffer) => splitter.push(chunk, () => answers++))
  await once(call, 'close')
  return { answers, status: trailers['grpc-status'], reset: call.rstCode }
}

const wholeBatch = (): Build =>
  all(textId(), nested(2, named(1, 'batches'), nested(4)), nested(3, proposal()), uint(4, 1))
const NO_CORRELATION = uint(4, 1)

async function appendOnce(): Promise<void> {
  const call = open('Append')
  call.end(framed(appendTo('other'), append()))
  expect(await endOf(call)).toEqual({ answers: 1, status: '0', reset: 0 })
}

test('a client that goes on after the status is told to stop', { timeout: 3000 }, async () => {
  const call = open('Append')
  call.write(framed(append()))
  expect(await endOf(call)).toEqual({ answers: 0, status: '2', reset: 0 })
})

test('a client is told to stop after all answers and the trailers', { timeout: 3000 }, async () => {
  const call = open('BatchAppend')
  for (let i = 0; i < 20; i++) call.write(framed(wholeBatch()))
  // Writes are done in their order: by now the answers to the batches wait for room.
  await appendOnce()
  call.write(framed(NO_CORRELATION))
  await appendOnce()
  expect(await endOf(call)).toEqual({ answers: 20, status: '2', reset: 0 })
})

test('a request that is refused while it comes in may be sent to its end first', async () => {
  const call = open('Append')
  const large = append({ data: Buffer.alloc(900_000) })
  call.end(framed(appendTo('large'), large, large, large))
  let sent = false
  call.once('response', () => (sent = call.writableFinished))
  expect(await endOf(call)).toEqual({ answers: 0, status: '3', reset: 0 })
  expect(sent).toBe(true)
})
