import { expect, test } from 'vitest'
import { serverSentEvents } from './server-sent-events.ts'

test('server-sent events are read however they are cut', async () => {
  const bytes = new TextEncoder().encode(
    'retry: 1000\n\nid: 1\ndata: {"a":"ä"}\n\n: heartbeat\n\ndata: b\ndata: c\r\n\r\n',
  )
  for (let size = 1; size < 12; size++) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const events = []
    for await (const event of serverSentEvents(chunks())) events.push(event)
    expect(events).toEqual([
      { id: '1', data: '{"a":"ä"}' },
      { id: '1', data: 'b\nc' },
    ])
  }
})
