import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { describe, expect, it } from 'vitest'
import { decodeReadAnswer } from './read-answer.ts'

const { ReadResp } = streams
const { ReadEvent } = ReadResp
const base64 = (text: string) => Buffer.from(text).toString('base64')
const decode = (answer: InstanceType<typeof ReadResp>) => decodeReadAnswer(Buffer.from(answer.serializeBinary()))

describe('ReadResp', () => {
  it('brings a record with its bytes, beyond what a number holds', () => {
    const id = new shared.UUID()
    id.setString('0190d5b0-0000-7000-8000-000000000001')
    const recorded = new ReadEvent.RecordedEvent()
      .setId(id)
      .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(base64('ströme-1')))
      .setStreamRevision('70000')
      .setPreparePosition('18446744073709551614')
      .setCommitPosition('18446744073709551615')
      .setCustomMetadata(base64('{"a":1}'))
      .setData(base64('{"b":"ü"}'))
    recorded.getMetadataMap().set('created', '16000000000000000').set('type', 'Grüße')
    recorded.getMetadataMap().set('content-type', 'application/json')
    const event = new ReadEvent().setEvent(recorded).setCommitPosition('1')
    expect(decode(new ReadResp().setEvent(event))).toEqual({
      kind: 'record',
      record: {
        id: '0190d5b0-0000-7000-8000-000000000001',
        type: 'Grüße',
        streamId: 'ströme-1',
        revision: 70000,
        position: '18446744073709551615',
        preparePosition: '18446744073709551614',
        contentType: 'application/json',
        dataBytes: Buffer.from('{"b":"ü"}'),
        metadataBytes: Buffer.from('{"a":1}'),
      },
    })
  })
  it.each([
    ['caught-up', new ReadResp().setCaughtUp(new ReadResp.CaughtUp())],
    ['not-found', new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound())],
    ['other', new ReadResp().setFellBehind(new ReadResp.FellBehind())],
    ['other', new ReadResp().setLastStreamPosition('5')],
    ['other', new ReadResp().setEvent(new ReadEvent())],
    ['other', new ReadResp()],
  ])('is %s', (kind, answer) => {
    expect(decode(answer)).toEqual({ kind })
  })
})
