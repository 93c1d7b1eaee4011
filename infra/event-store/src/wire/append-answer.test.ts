import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { describe, expect, it } from 'vitest'
import { decodeAppendAnswer } from './append-answer.ts'

const structured = new shared.UUID().setStructured(
  new shared.UUID.Structured().setMostSignificantBits('-5').setLeastSignificantBits('70000'),
)
const asText = new shared.UUID()
asText.setString('ffffffff-ffff-fffb-0000-000000011170')

const decode = (id: InstanceType<typeof shared.UUID>, success: InstanceType<typeof streams.BatchAppendResp.Success>) =>
  decodeAppendAnswer(
    Buffer.from(new streams.BatchAppendResp().setCorrelationId(id).setSuccess(success).serializeBinary()),
  )

describe('BatchAppendResp', () => {
  it.each([
    ['two integers', structured],
    ['text', asText],
  ])('names the append it is about by %s', (_, id) => {
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('3')
    expect(decode(id, success.setNoPosition(new shared.Empty()))).toEqual({
      number: 70000,
      outcome: { revision: 3, position: '0' },
    })
  })
  it('tells the last revision and position, beyond what a number holds', () => {
    const position = new shared.AllStreamPosition()
    position.setCommitPosition('9007199254740993')
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('0').setPosition(position)
    expect(decode(structured, success).outcome).toEqual({ revision: 0, position: '9007199254740993' })
  })
})
