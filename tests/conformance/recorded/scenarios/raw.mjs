// The protocol below the client: hand-made requests, messages, statuses and trailers.
import { es, grpc, pb, sleep, order } from '../context.mjs'

const { streams: S, persistent: P, shared } = pb
const { ReadReq, ReadResp, AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, DeleteReq, TombstoneReq } = S
const Empty = shared.Empty
const MAX = '18446744073709551615'
const fill = (message, fields) => {
  for (const [k, v] of Object.entries(fields)) if (v !== undefined) message[`set${k[0].toUpperCase()}${k.slice(1)}`](v)
  return message
}
const caseName = (cases, n) =>
  Object.entries(cases)
    .find(([, v]) => v === n)[0]
    .toLowerCase()
const identifier = (name) => fill(new shared.StreamIdentifier(), { streamName: Buffer.from(name).toString('base64') })
const uuid = (text) => fill(new shared.UUID(), { string: text })
const NOISE = new Set([
  'date',
  'server',
  'content-type',
  'content-length',
  'grpc-encoding',
  'grpc-accept-encoding',
  'accept-encoding',
])
const trailers = (metadata) =>
  Object.fromEntries(
    Object.entries(metadata?.getMap?.() ?? {})
      .filter(([k]) => !NOISE.has(k))
      .map(([k, v]) => [k, k === 'reason' ? 'text' : String(v)]),
  )
const status = (s) => ({ code: grpc.status[s.code] ?? s.code, trailers: trailers(s.metadata) })

/** Everything a call delivers, until its status arrives, `enough` messages have settled, or the time is over. */
const drain = (call, { describe = (m) => m, ms = 2000, enough = () => false, settle = 0 } = {}) =>
  new Promise((resolve) => {
    const messages = []
    const finish = (end) => {
      clearTimeout(timer)
      resolve({ messages, status: end })
    }
    const giveUp = () => {
      call.cancel()
      finish('still open')
    }
    let timer = setTimeout(giveUp, ms)
    call.on('data', (m) => {
      messages.push(describe(m))
      if (!enough(messages)) return
      clearTimeout(timer)
      timer = setTimeout(giveUp, settle)
    })
    call.on('error', () => {})
    call.on('status', (s) => finish(status(s)))
  })
const unary = (start) =>
  new Promise((resolve) => {
    const call = start((error, value) => {
      if (error) resolve({ status: status(error) })
      else resolve({ value })
    })
    call.on?.('error', () => {})
  })

// --- reading
const kind = (m) => caseName(ReadResp.ContentCase, m.getContentCase())
const lines = (m) => {
  const k = kind(m)
  if (k === 'event') return `event ${m.getEvent().getEvent()?.getStreamRevision() ?? '-'}`
  if (k === 'first_stream_position') return `${k} ${m.getFirstStreamPosition()}`
  if (k === 'last_stream_position') return `${k} ${m.getLastStreamPosition()}`
  if (k === 'stream_not_found')
    return `${k} ${Buffer.from(m.getStreamNotFound().getStreamIdentifier().getStreamName()).toString()}`
  return k
}
const uuidOption = (structured) =>
  fill(new ReadReq.Options.UUIDOption(), structured ? { structured: new Empty() } : { string: new Empty() })
const streamOptions = (name, at = { start: new Empty() }) =>
  fill(new ReadReq.Options.StreamOptions(), {
    streamIdentifier: name === undefined ? undefined : identifier(name),
    ...at,
  })
const allOptions = (at = { start: new Empty() }) => fill(new ReadReq.Options.AllOptions(), at)
const position = (p) =>
  fill(new ReadReq.Options.Position(), { commitPosition: String(p.commit), preparePosition: String(p.prepare) })
const read = (t, fields, options = {}) => {
  const defaults = { count: '100', uuidOption: uuidOption(), noFilter: new Empty() }
  const req = fill(new ReadReq(), { options: fill(new ReadReq.Options(), { ...defaults, ...fields }) })
  return drain(t.raw('streams').read(req, new grpc.Metadata(), options.call ?? {}), { describe: lines, ...options })
}
const control = (n) => fill(new ReadReq.Options.ControlOption(), { compatibility: n })
const subscription = () => new ReadReq.Options.SubscriptionOptions()
const filter = (fields, expression) =>
  fill(new ReadReq.Options.FilterOptions(), { checkpointintervalmultiplier: 1, ...fields, ...expression })
const expression = (fields) => fill(new ReadReq.Options.FilterOptions.Expression(), fields)
/** Runs one read per named variation. */
const variations = (make) => async (t) => {
  await t.fill(t.s(), 4)
  const out = {}
  for (const [name, fields] of Object.entries(make(t))) out[name] = await read(t, fields, { ms: 1500 })
  return out
}

// --- appending
const proposed = (
  Type,
  { id = crypto.randomUUID(), type = 'T', contentType = 'application/json', data = '{}', metadata } = {},
) => {
  const m = fill(new Type(), {
    id: id && uuid(id),
    data: Buffer.from(data).toString('base64'),
    customMetadata: metadata && Buffer.from(metadata).toString('base64'),
  })
  if (type !== undefined && type !== null) m.getMetadataMap().set('type', type)
  if (contentType !== null) m.getMetadataMap().set('content-type', contentType)
  return m
}
const message = (fields) => fill(new AppendReq(), { proposedMessage: proposed(AppendReq.ProposedMessage, fields) })
const header = (name, expected = { any: new Empty() }) =>
  fill(new AppendReq(), {
    options: fill(new AppendReq.Options(), {
      streamIdentifier: name === undefined ? undefined : identifier(name),
      ...expected,
    }),
  })
const appendResult = (r) => {
  if (r.hasSuccess()) {
    const s = r.getSuccess()
    return {
      success: caseName(AppendResp.Success.CurrentRevisionOptionCase, s.getCurrentRevisionOptionCase()),
      revision: s.getCurrentRevision(),
      position: caseName(AppendResp.Success.PositionOptionCase, s.getPositionOptionCase()),
    }
  }
  const w = r.getWrongExpectedVersion()
  return {
    wrong: caseName(AppendResp.WrongExpectedVersion.CurrentRevisionOptionCase, w.getCurrentRevisionOptionCase()),
    current: w.getCurrentRevision(),
    expected: caseName(AppendResp.WrongExpectedVersion.ExpectedRevisionOptionCase, w.getExpectedRevisionOptionCase()),
    revision: w.getExpectedRevision(),
    old: {
      current: caseName(
        AppendResp.WrongExpectedVersion.CurrentRevisionOption2060Case,
        w.getCurrentRevisionOption2060Case(),
      ),
      expected: caseName(
        AppendResp.WrongExpectedVersion.ExpectedRevisionOption2060Case,
        w.getExpectedRevisionOption2060Case(),
      ),
    },
  }
}
const append = async (t, ...requests) => {
  const r = await Promise.race([
    unary((done) => {
      const call = t.raw('streams').append(done)
      for (const q of requests) call.write(q)
      call.end()
      return call
    }),
    sleep(2000).then(() => 'no answer'),
  ])
  return r.value ? appendResult(r.value) : r
}
const batchResult = (r) => {
  const out = {
    hasCorrelation: r.hasCorrelationId(),
    result: caseName(BatchAppendResp.ResultCase, r.getResultCase()),
    stream: r.hasStreamIdentifier() ? Buffer.from(r.getStreamIdentifier().getStreamName()).toString() : 'none',
    expected: caseName(BatchAppendResp.ExpectedStreamPositionCase, r.getExpectedStreamPositionCase()),
  }
  if (r.hasSuccess()) {
    const s = r.getSuccess()
    out.success = [
      caseName(BatchAppendResp.Success.CurrentRevisionOptionCase, s.getCurrentRevisionOptionCase()),
      s.getCurrentRevision(),
      caseName(BatchAppendResp.Success.PositionOptionCase, s.getPositionOptionCase()),
    ]
  }
  if (r.hasError()) {
    const details = r.getError().getDetails()
    out.error = { code: r.getError().getCode(), details: details?.getTypeUrl() }
    if (out.error.details?.endsWith('WrongExpectedVersion')) {
      const w = shared.WrongExpectedVersion.deserializeBinary(details.getValue_asU8())
      out.error.current = [
        caseName(shared.WrongExpectedVersion.CurrentStreamRevisionOptionCase, w.getCurrentStreamRevisionOptionCase()),
        w.getCurrentStreamRevision(),
      ]
      out.error.expected = [
        caseName(shared.WrongExpectedVersion.ExpectedStreamPositionOptionCase, w.getExpectedStreamPositionOptionCase()),
        w.getExpectedStreamPosition(),
      ]
    }
  }
  return out
}
const batchOptions = (name, expected = { any: new Empty() }, deadline = Date.now() + 5000) => {
  const { Timestamp } = pb.timestamp
  return fill(new BatchAppendReq.Options(), {
    streamIdentifier: name === undefined ? undefined : identifier(name),
    deadline: deadline ? Timestamp.fromDate(new Date(deadline)) : undefined,
    ...expected,
  })
}
const chunk = (fields, ...messages) =>
  fill(new BatchAppendReq(), {
    isFinal: true,
    ...fields,
    proposedMessagesList: messages.map((m) => proposed(BatchAppendReq.ProposedMessage, m)),
  })
const batch = (t, requests, want = 1, ms = 1500) => {
  const call = t.raw('streams').batchAppend()
  for (const q of requests) call.write(q)
  return drain(call, { describe: batchResult, ms, enough: (l) => l.length >= want })
}
const correlation = () => uuid(crypto.randomUUID())

// --- persistent subscriptions
const psRead = (t, ...requests) => {
  const call = t.raw('persistent').read()
  for (const q of requests) call.write(q)
  return drain(call, {
    describe: (m) => caseName(P.ReadResp.ContentCase, m.getContentCase()),
    ms: 4000,
    enough: (l) => l.length >= 2,
    settle: 300,
  })
}
const psOptions = (name, fields) =>
  fill(new P.ReadReq(), {
    options: fill(new P.ReadReq.Options(), {
      streamIdentifier: name === undefined ? undefined : identifier(name),
      groupName: 'g',
      bufferSize: 10,
      uuidOption: fill(new P.ReadReq.Options.UUIDOption(), { string: new Empty() }),
      ...fields,
    }),
  })

export {
  read,
  append,
  batch,
  header,
  message,
  chunk,
  correlation,
  batchOptions,
  streamOptions,
  allOptions,
  filter,
  expression,
  position,
  subscription,
  uuid,
  Empty,
}

const positions = (fields) =>
  Object.fromEntries(
    [
      ['none', undefined],
      ['0', 0],
      ['1', 1],
      ['9', 9],
    ].map(([k, n]) => [`compatibility ${k}`, { ...fields, controlOption: n === undefined ? undefined : control(n) }]),
  )

export default {
  'read: no options at all': async (t) => drain(t.raw('streams').read(new ReadReq()), { describe: lines }),
  'read: parts of the options missing': variations((t) => ({
    noSource: {},
    noIdentifier: { stream: streamOptions() },
    emptyIdentifier: {
      stream: fill(new ReadReq.Options.StreamOptions(), {
        streamIdentifier: new shared.StreamIdentifier(),
        start: new Empty(),
      }),
    },
    noPlace: { stream: streamOptions(t.s(), {}) },
    allNoPlace: { all: allOptions({}), count: '1' },
    noFilterOption: { stream: streamOptions(t.s()), noFilter: undefined },
    noCount: { stream: streamOptions(t.s()), count: undefined },
  })),
  'read: counts': variations((t) => ({
    zero: { stream: streamOptions(t.s()), count: '0' },
    max: { stream: streamOptions(t.s()), count: MAX },
    maxInt64: { stream: streamOptions(t.s()), count: '9223372036854775807' },
  })),
  'read: values out of range': variations((t) => ({
    direction: { stream: streamOptions(t.s()), readDirection: 7 },
    revisionMax: { stream: streamOptions(t.s(), { revision: MAX }) },
    revisionMaxBackwards: { stream: streamOptions(t.s(), { revision: MAX }), readDirection: 1 },
    endForwards: { stream: streamOptions(t.s(), { end: new Empty() }) },
    startBackwards: { stream: streamOptions(t.s()), readDirection: 1 },
    backwardsSubscription: {
      stream: streamOptions(t.s()),
      count: undefined,
      subscription: subscription(),
      readDirection: 1,
    },
    countAndFilter: {
      stream: streamOptions(t.s()),
      noFilter: undefined,
      filter: filter({ max: 10 }, { eventType: expression({ prefixList: ['T'] }) }),
    },
  })),
  'read: messages of a stream read': variations((t) => positions({ stream: streamOptions(t.s()) })),
  'read: messages of a stream read backwards, limited': variations((t) =>
    positions({ stream: streamOptions(t.s(), { end: new Empty() }), readDirection: 1, count: '2' }),
  ),
  'read: messages for missing, deleted and cut streams': async (t) => {
    for (const n of ['soft', 'hard', 'cut']) await t.fill(t.s(n), 4)
    await t.client.deleteStream(t.s('soft'))
    await t.client.tombstoneStream(t.s('hard'))
    await t.client.setStreamMetadata(t.s('cut'), { truncateBefore: 2 })
    const out = {}
    for (const n of ['missing', 'soft', 'hard', 'cut'])
      out[n] = await read(t, { stream: streamOptions(t.s(n)), controlOption: control(1) })
    return out
  },
  'read: messages of a read of $all': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s(), 3)
    const fields = (more) => ({
      all: allOptions({ position: position(mark) }),
      count: '3',
      noFilter: undefined,
      filter: filter({ max: 100 }, { streamIdentifier: expression({ prefixList: [t.s()] }) }),
      ...more,
    })
    const out = {}
    for (const n of [undefined, 1])
      out[`compatibility ${n}`] = await read(t, fields({ controlOption: n && control(n) }))
    return out
  },
  'read: filters on a read of $all': async (t) => {
    const mark = await t.mark()
    for (const n of ['a', 'b', 'a', 'b']) await t.client.appendToStream(t.s(n), t.ev(t.s(n === 'a' ? 'X' : 'Y')))
    const go = (window, exp, more = {}) =>
      read(t, {
        all: allOptions({ position: position(mark) }),
        count: '2',
        noFilter: undefined,
        filter: filter(window, exp),
        ...more,
      })
    return {
      prefix: await go({ max: 100 }, { streamIdentifier: expression({ prefixList: [t.s('a')] }) }),
      regex: await go({ max: 100 }, { streamIdentifier: expression({ regex: `^${t.s()}b` }) }),
      type: await go({ count: new Empty() }, { eventType: expression({ prefixList: [t.s('Y')] }) }),
      noWindow: await go({}, { eventType: expression({ prefixList: [t.s('Y')] }) }),
      noExpression: await go({ max: 10 }, {}),
      badRegex: await go({ max: 10 }, { eventType: expression({ regex: '([' }) }),
      checkpointZero: await go(
        { max: 10, checkpointintervalmultiplier: 0 },
        { eventType: expression({ prefixList: [t.s('Y')] }) },
      ),
    }
  },
  'read: uuids as string or structured': async (t) => {
    await t.client.appendToStream(t.s(), t.ev('T', {}, 'a'))
    const describe = (m) => {
      if (kind(m) !== 'event') return kind(m)
      const id = m.getEvent().getEvent().getId()
      if (id.hasString()) return `string ${id.getString()}`
      const s = id.getStructured()
      const hex = [s.getMostSignificantBits(), s.getLeastSignificantBits()]
        .map((b) => BigInt.asUintN(64, BigInt(b)).toString(16).padStart(16, '0'))
        .join('')
      return `structured ${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
    }
    const out = {}
    for (const structured of [true, false])
      out[structured ? 'structured' : 'string'] = await read(
        t,
        { stream: streamOptions(t.s()), uuidOption: uuidOption(structured) },
        { describe },
      )
    return out
  },
  'read: metadata of an event': async (t) => {
    await t.client.appendToStream(t.s(), [t.ev('T', { a: 1 }, undefined, { b: 2 }), t.link(t.s(), 0)])
    const describe = (m) => {
      if (kind(m) !== 'event') return kind(m)
      const e = m.getEvent().getEvent()
      const map = Object.fromEntries(e.getMetadataMap().toArray().sort())
      return {
        map: { ...map, created: /^\d{17}$/.test(map.created) ? '17 digits' : map.created },
        commit: m.getEvent().hasCommitPosition(),
        noPosition: m.getEvent().hasNoPosition(),
        data: Buffer.from(e.getData_asU8()).toString(),
        custom: Buffer.from(e.getCustomMetadata_asU8()).toString(),
      }
    }
    return read(t, { stream: streamOptions(t.s()) }, { describe })
  },
  'subscribe: messages on a stream': async (t) => {
    await t.fill(t.s(), 2)
    const fields = { stream: streamOptions(t.s()), count: undefined, subscription: subscription() }
    return {
      plain: await read(t, fields, { ms: 500 }),
      withControl: await read(t, { ...fields, controlOption: control(1) }, { ms: 500 }),
    }
  },
  'subscribe: messages on $all from a position': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s(), 2)
    const fields = {
      all: allOptions({ position: position(mark) }),
      count: undefined,
      subscription: subscription(),
      noFilter: undefined,
      filter: filter({ max: 100 }, { streamIdentifier: expression({ prefixList: [t.s()] }) }),
    }
    const { messages, status: end } = await read(t, fields, { ms: 500 })
    return {
      first: messages[0],
      events: messages.filter((m) => m.startsWith('event')),
      kinds: [...new Set(messages.map((m) => m.split(' ')[0]))].sort(),
      end,
    }
  },
  'subscribe: the checkpoint positions of a filter': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s('other'), 120)
    const found = []
    const fields = {
      all: allOptions({ position: position(mark) }),
      count: undefined,
      subscription: subscription(),
      noFilter: undefined,
      filter: filter({ max: 10 }, { streamIdentifier: expression({ prefixList: [t.s('none')] }) }),
    }
    await read(t, fields, {
      ms: 4000,
      enough: () => found.length >= 10,
      describe: (m) => {
        if (m.hasCheckpoint()) found.push(BigInt(m.getCheckpoint().getCommitPosition()))
        return kind(m)
      },
    })
    return {
      atLeastTen: found.length >= 10,
      order: /increasing|non-decreasing/.test(order(found)),
      afterMark: found.every((p) => p >= mark.commit),
    }
  },
  'subscribe: confirmation carries a uuid': async (t) =>
    read(
      t,
      { stream: streamOptions(t.s()), count: undefined, subscription: subscription() },
      {
        ms: 300,
        describe: (m) => (m.hasConfirmation() ? `confirmation ${m.getConfirmation().getSubscriptionId()}` : kind(m)),
      },
    ),
  'cancel in the middle of a read': async (t) => {
    for (let i = 0; i < 3; i++) await t.fill(t.s(), 400)
    const req = fill(new ReadReq(), {
      options: fill(new ReadReq.Options(), {
        stream: streamOptions(t.s()),
        count: MAX,
        uuidOption: uuidOption(),
        noFilter: new Empty(),
      }),
    })
    const call = t.raw('streams').read(req)
    let seen = 0
    const r = await new Promise((resolve) => {
      call.on('data', () => {
        if (++seen === 3) call.cancel()
      })
      call.on('error', () => {})
      call.on('status', (s) => resolve(grpc.status[s.code]))
    })
    return { code: r, state: await t.state(t.s()) }
  },
  'deadline of a subscription': async (t) =>
    read(
      t,
      { stream: streamOptions(t.s()), count: undefined, subscription: subscription() },
      { call: { deadline: Date.now() + 300 } },
    ).then((r) => ({ messages: r.messages, code: r.status.code })),

  'append: nothing, no options, options twice': async (t) => ({
    nothing: await append(t),
    noOptions: await append(t, message()),
    onlyOptions: await append(t, header(t.s())),
    twice: await append(t, header(t.s()), message(), header(t.s())),
    state: await t.state(t.s()),
  }),
  'append: parts missing or malformed': async (t) => {
    const out = {}
    const cases = {
      noIdentifier: [header(undefined), message()],
      emptyName: [header(''), message()],
      noExpected: [header(t.s(), {}), message()],
      noId: [header(t.s()), message({ id: null })],
      badId: [header(t.s()), message({ id: 'nonsense' })],
      emptyUuid: [header(t.s()), message({ id: '00000000-0000-0000-0000-000000000000' })],
      noType: [header(t.s()), message({ type: null })],
      noContentType: [header(t.s()), message({ contentType: null })],
      oddContentType: [header(t.s()), message({ contentType: 'text/plain' })],
      brokenJson: [header(t.s()), message({ data: '{' })],
      brokenMetadata: [header(t.s()), message({ metadata: '{' })],
      revisionMax: [header(t.s(), { revision: MAX }), message()],
    }
    for (const [name, requests] of Object.entries(cases)) out[name] = await append(t, ...requests)
    const stored = await t.attempt(t.list(t.s()))
    return { ...out, stored: stored.error ? stored : stored.map((e) => [e.event.type, e.event.isJson]) }
  },
  'append: results in full': async (t) => {
    await t.fill(t.s(), 3)
    const on = (name, expected) => append(t, header(name, expected), message())
    return {
      success: await on(t.s(), { any: new Empty() }),
      noStream: await on(t.s(), { noStream: new Empty() }),
      exact: await on(t.s(), { revision: '1' }),
      streamExists: await on(t.s('missing'), { streamExists: new Empty() }),
      exactOnMissing: await on(t.s('missing'), { revision: '5' }),
      emptyOnNew: await append(t, header(t.s('new'))),
    }
  },
  'append: trailers of refusals': async (t) => {
    await t.fill(t.s(), 1)
    await t.client.tombstoneStream(t.s())
    return {
      tombstoned: await append(t, header(t.s()), message()),
      tooLarge: await append(t, header(t.s('big')), message({ data: JSON.stringify('x'.repeat(1_100_000)) })),
    }
  },

  'batch append: results in full': async (t) => {
    await t.fill(t.s(), 3)
    const on = async (name, expected) =>
      (await batch(t, [chunk({ correlationId: correlation(), options: batchOptions(name, expected) }, {})])).messages
    const google = new pb.empty.Empty()
    return {
      success: await on(t.s(), { any: google }),
      noStream: await on(t.s(), { noStream: google }),
      exact: await on(t.s(), { streamPosition: '1' }),
      streamExists: await on(t.s('missing'), { streamExists: google }),
      exactOnMissing: await on(t.s('missing'), { streamPosition: '5' }),
    }
  },
  'batch append: refusals': async (t) => {
    await t.fill(t.s('gone'), 1)
    await t.client.tombstoneStream(t.s('gone'))
    const go = (options, ...messages) => batch(t, [chunk({ correlationId: correlation(), options }, ...messages)])
    return {
      tombstoned: await go(batchOptions(t.s('gone')), {}),
      tooLarge: await go(batchOptions(t.s('big')), { data: JSON.stringify('x'.repeat(1_100_000)) }),
      emptyOnNew: await go(batchOptions(t.s('new'))),
      deadlinePassed: await go(batchOptions(t.s('late'), undefined, Date.now() - 5000), {}),
      noDeadline: await go(batchOptions(t.s('free'), undefined, 0), {}),
    }
  },
  'batch append: malformed': async (t) => {
    const id = correlation()
    return {
      noCorrelation: await batch(t, [chunk({ options: batchOptions(t.s('a')) }, {})]),
      noIdentifier: await batch(t, [chunk({ correlationId: id, options: batchOptions(undefined) }, {})]),
      noExpected: await batch(t, [chunk({ correlationId: id, options: batchOptions(t.s('b'), {}) }, {})]),
      badId: await batch(t, [chunk({ correlationId: id, options: batchOptions(t.s('c')) }, { id: 'nonsense' })]),
      noType: await batch(t, [chunk({ correlationId: id, options: batchOptions(t.s('d')) }, { type: null })]),
      badCorrelation: await batch(t, [chunk({ correlationId: uuid('nonsense'), options: batchOptions(t.s('e')) }, {})]),
    }
  },
  'batch append: chunks of two batches interleaved': async (t) => {
    const [a, b] = [correlation(), correlation()]
    const r = await batch(
      t,
      [
        chunk({ correlationId: a, options: batchOptions(t.s('a')), isFinal: false }, {}),
        chunk({ correlationId: b, options: batchOptions(t.s('b')), isFinal: false }, {}, {}),
        chunk({ correlationId: a, isFinal: true }, {}),
        chunk({ correlationId: b, isFinal: true }),
      ],
      2,
    )
    return {
      results: r.messages.map((m) => [m.stream, m.result, m.success]).sort(),
      states: [await t.state(t.s('a')), await t.state(t.s('b'))],
    }
  },
  'batch append: never final writes nothing': async (t) => {
    const r = await batch(
      t,
      [chunk({ correlationId: correlation(), options: batchOptions(t.s()), isFinal: false }, {})],
      1,
      400,
    )
    return { ...r, state: await t.state(t.s()) }
  },
  'batch append: end of the requests': async (t) => {
    const call = t.raw('streams').batchAppend()
    call.write(chunk({ correlationId: correlation(), options: batchOptions(t.s()) }, {}))
    setTimeout(() => call.end(), 200)
    return drain(call, { describe: batchResult, ms: 800 })
  },

  'delete and tombstone: malformed and refused': async (t) => {
    await t.fill(t.s(), 1)
    const out = {}
    for (const [name, Req, method] of [
      ['delete', DeleteReq, 'delete'],
      ['tombstone', TombstoneReq, 'tombstone'],
    ]) {
      const go = async (options) => {
        const r = await unary((done) =>
          t.raw('streams')[method](fill(new Req(), { options: options && fill(new Req.Options(), options) }), done),
        )
        return r.value ? { position: r.value.hasPosition() } : r
      }
      out[name] = {
        noOptions: await go(undefined),
        noIdentifier: await go({ any: new Empty() }),
        noExpected: await go({ streamIdentifier: identifier(t.s('none')) }),
        wrong: await go({ streamIdentifier: identifier(t.s()), revision: '7' }),
        noStream: await go({ streamIdentifier: identifier(t.s()), noStream: new Empty() }),
      }
    }
    return { ...out, state: await t.state(t.s()) }
  },

  'persistent: reads that cannot start': async (t) => ({
    noOptions: await psRead(t, new P.ReadReq()),
    ackFirst: await psRead(t, fill(new P.ReadReq(), { ack: new P.ReadReq.Ack() })),
    noStream: await psRead(t, psOptions(undefined)),
    missingGroup: await psRead(t, psOptions(t.s())),
    noUuid: await psRead(t, psOptions(t.s(), { uuidOption: undefined })),
  }),
  'persistent: acks and nacks of unknown events': async (t) => {
    await t.fill(t.s(), 1)
    await t.client.createPersistentSubscriptionToStream(
      t.s(),
      'g',
      es.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: es.START }),
    )
    t.defer(() => t.client.deletePersistentSubscriptionToStream(t.s(), 'g'))
    const ack = (id) => {
      const a = new P.ReadReq.Ack()
      a.addIds(uuid(id))
      return fill(new P.ReadReq(), { ack: a })
    }
    const nack = new P.ReadReq.Nack()
    nack.addIds(uuid(crypto.randomUUID()))
    return {
      unknown: await psRead(t, psOptions(t.s()), ack(crypto.randomUUID())),
      nack: await psRead(t, psOptions(t.s()), fill(new P.ReadReq(), { nack })),
      malformed: await psRead(t, psOptions(t.s()), ack('nonsense')),
      secondOptions: await psRead(t, psOptions(t.s()), psOptions(t.s())),
    }
  },
  'persistent: create without options or stream': async (t) => {
    const go = async (options) => {
      const r = await unary((done) => t.raw('persistent').create(fill(new P.CreateReq(), { options }), done))
      return r.value ? 'created' : r
    }
    t.defer(() => t.client.deletePersistentSubscriptionToStream(t.s('x'), ''))
    return {
      noOptions: await go(undefined),
      noSettings: await go(fill(new P.CreateReq.Options(), { groupName: 'g', streamIdentifier: identifier(t.s()) })),
      noStream: await go(fill(new P.CreateReq.Options(), { groupName: 'g', settings: new P.CreateReq.Settings() })),
      noGroup: await go(
        fill(new P.CreateReq.Options(), {
          streamIdentifier: identifier(t.s('x')),
          settings: fill(new P.CreateReq.Settings(), { historyBufferSize: 500, readBatchSize: 20 }),
        }),
      ),
    }
  },

  'unknown method and service': async (t) => {
    const client = new grpc.Client(t.address, grpc.credentials.createInsecure())
    t.defer(() => client.close())
    const identity = (b) => b
    const go = (path) =>
      unary((done) => client.makeUnaryRequest(path, identity, identity, Buffer.alloc(0), done)).then(
        (r) => r.status?.code ?? 'answered',
      )
    return {
      method: await go('/event_store.client.streams.Streams/NoSuch'),
      service: await go('/no.such.Service/Read'),
    }
  },
  'bytes that are no message': async (t) => {
    const client = new grpc.Client(t.address, grpc.credentials.createInsecure())
    t.defer(() => client.close())
    const identity = (b) => b
    return drain(
      client.makeServerStreamRequest(
        '/event_store.client.streams.Streams/Read',
        identity,
        identity,
        Buffer.from([0xff, 0xff, 0xff]),
      ),
      { describe: () => 'message' },
    ).then((r) => r.status.code ?? r.status)
  },
  'metadata of a call: requires-leader, authorization, connection-name': async (t) => {
    await t.fill(t.s(), 1)
    const out = {}
    for (const [k, v] of [
      ['requires-leader', 'true'],
      ['requires-leader', 'nonsense'],
      ['authorization', 'Basic YWRtaW46Y2hhbmdlaXQ='],
      ['authorization', 'Basic bm9ib2R5Ondyb25n'],
      ['authorization', 'garbage'],
      ['connection-name', 'probe'],
    ]) {
      const m = new grpc.Metadata()
      m.set(k, v)
      const req = fill(new ReadReq(), {
        options: fill(new ReadReq.Options(), {
          stream: streamOptions(t.s()),
          count: '1',
          uuidOption: uuidOption(),
          noFilter: new Empty(),
        }),
      })
      out[`${k} ${v.slice(0, 10)}`] = await drain(t.raw('streams').read(req, m), { describe: lines })
    }
    return out
  },
}
