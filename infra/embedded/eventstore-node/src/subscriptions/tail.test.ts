import { expect, onTestFinished, test } from 'vitest'
import { MEMORY, openForWriting } from '../storage/database.ts'
import { WriteEngine } from '../storage/engine.ts'
import { Reader, type StoredEvent } from '../storage/reader.ts'
import { Expected } from '../storage/write-rules.ts'
import { encodeBody } from '../wire/record.ts'
import { Tail } from './tail.ts'

test('a follower gets what a reader does, be a commit small, large, or of a time when nobody followed', () => {
  const db = openForWriting(MEMORY)
  onTestFinished(() => db.close())
  const [engine, reader] = [new WriteEngine(db), new Reader(db)]
  const tail = new Tail(reader)
  const append = (stream: string, sizes: readonly number[]) => {
    const events = sizes.map((size) => ({
      id: crypto.randomUUID(),
      body: encodeBody({ type: 'T', isJson: false, data: Buffer.alloc(size, stream) }),
    }))
    tail.advance(engine.execute([{ kind: 'append', stream, expected: Expected.ANY, events }]))
  }
  const seen: StoredEvent[] = []
  const follow = () =>
    tail.followAll(({ events }) => {
      for (const { position, record } of events) seen.push({ position, record: Buffer.from(record) })
    })

  let unfollow = follow()
  append('a', [1])
  append('b', [0, 300, 1])
  append('c', [40_000, 40_000])
  append(
    'd',
    Array.from({ length: 700 }, (_, n) => n),
  )
  append('e', [2])
  unfollow()
  append('unseen', [3, 4])
  unfollow = follow()
  append('f', [5])
  append('g', [6, 7])
  unfollow()

  const unseen = Buffer.from('unseen')
  const stored = reader.allForwards(0, 10_000).filter(({ record }) => !Buffer.from(record).includes(unseen))
  expect(seen).toEqual(stored.map(({ position, record }) => ({ position, record: Buffer.from(record) })))
})
