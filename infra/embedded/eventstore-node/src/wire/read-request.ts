import { ProtoReader } from './protobuf.ts'
import { readStreamName } from './record.ts'

export type Place =
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'revision'; readonly revision: bigint }
  | { readonly kind: 'position'; readonly commit: bigint; readonly prepare: bigint }

export interface FilterRequest {
  on: 'stream' | 'type' | undefined
  regex: string
  prefixes: string[]
  /** Events looked at between two checkpoints, before the multiplier; undefined: as the server likes. */
  window: number | undefined
  hasWindow: boolean
  multiplier: number
}

/** ReadReq.Options as sent; what is missing is undefined. */
export interface ReadRequest {
  source: 'stream' | 'all' | undefined
  stream: string | undefined
  place: Place | undefined
  direction: number
  resolveLinks: boolean
  count: bigint | undefined
  subscription: boolean
  filter: FilterRequest | undefined
  noFilter: boolean
  uuid: 'text' | 'structured' | undefined
  compatibility: number
}

const START: Place = { kind: 'start' }
const END: Place = { kind: 'end' }

export function readPosition(reader: ProtoReader): Place {
  let commit = 0n
  let prepare = 0n
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) commit = reader.uint64()
    else if (field === 2) prepare = reader.uint64()
    else reader.skipField()
  }
  return { kind: 'position', commit, prepare }
}

function readStreamOptions(reader: ProtoReader, request: ReadRequest): void {
  request.source = 'stream'
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) request.stream = readStreamName(reader.message())
    else if (field === 2) request.place = { kind: 'revision', revision: reader.uint64() }
    else {
      reader.skipField()
      if (field === 3) request.place = START
      else if (field === 4) request.place = END
    }
  }
}

function readAllOptions(reader: ProtoReader, request: ReadRequest): void {
  request.source = 'all'
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) request.place = readPosition(reader.message())
    else {
      reader.skipField()
      if (field === 2) request.place = START
      else if (field === 3) request.place = END
    }
  }
}

function readExpression(reader: ProtoReader, filter: FilterRequest): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) filter.regex = reader.string()
    else if (field === 2) filter.prefixes.push(reader.string())
    else reader.skipField()
  }
}

/** Reads FilterOptions; those of persistent subscriptions have the same fields. */
export function readFilter(reader: ProtoReader): FilterRequest {
  const filter: FilterRequest = {
    on: undefined,
    regex: '',
    prefixes: [],
    window: undefined,
    hasWindow: false,
    multiplier: 0,
  }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1 || field === 2) {
      filter.on = field === 1 ? 'stream' : 'type'
      readExpression(reader.message(), filter)
    } else if (field === 3) {
      filter.window = reader.uint32()
      filter.hasWindow = true
    } else if (field === 4) {
      reader.skipField()
      filter.hasWindow = true
    } else if (field === 5) filter.multiplier = reader.uint32()
    else reader.skipField()
  }
  return filter
}

export function readUuidOption(reader: ProtoReader): 'text' | 'structured' {
  let form: 'text' | 'structured' = 'structured'
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    reader.skipField()
    form = field === 2 ? 'text' : 'structured'
  }
  return form
}

function readCompatibility(reader: ProtoReader): number {
  let compatibility = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) compatibility = reader.uint32()
    else reader.skipField()
  }
  return compatibility
}

function readOptions(reader: ProtoReader): ReadRequest {
  const request: ReadRequest = {
    source: undefined,
    stream: undefined,
    place: undefined,
    direction: 0,
    resolveLinks: false,
    count: undefined,
    subscription: false,
    filter: undefined,
    noFilter: false,
    uuid: undefined,
    compatibility: 0,
  }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) readStreamOptions(reader.message(), request)
    else if (field === 2) readAllOptions(reader.message(), request)
    else if (field === 3) request.direction = reader.number()
    else if (field === 4) request.resolveLinks = reader.bool()
    else if (field === 5) request.count = reader.uint64()
    else if (field === 7) request.filter = readFilter(reader.message())
    else if (field === 9) request.uuid = readUuidOption(reader.message())
    else if (field === 10) request.compatibility = readCompatibility(reader.message())
    else {
      reader.skipField()
      if (field === 6) request.subscription = true
      else if (field === 8) request.noFilter = true
    }
  }
  return request
}

export function parseReadRequest(message: Buffer): ReadRequest | undefined {
  const reader = new ProtoReader(message)
  let request: ReadRequest | undefined
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) request = readOptions(reader.message())
    else reader.skipField()
  }
  return request
}
