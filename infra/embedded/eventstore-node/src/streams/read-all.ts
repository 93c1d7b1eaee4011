import type { ServerCall } from '../grpc/call.ts'
import { frameMessages } from '../grpc/frames.ts'
import type { Reader, StoredEvent } from '../storage/reader.ts'
import type { Place, ReadRequest } from '../wire/read-request.ts'
import { compileFilter, looksAtNothing, matchesRecord, shownInAll } from './filter.ts'
import { renderer } from './links.ts'
import { FIRST_PAGE, pageAfter, send } from './paging.ts'
import { MalformedRequestError } from './refusals.ts'

const MAX_UINT64 = 2n ** 64n - 1n
const MAX_INT64 = 2n ** 63n - 1n
/** A position behind every event. */
export const END_OF_ALL = Number.MAX_SAFE_INTEGER

/** A position of $all as a number. */
export function positionOf(place: Place | undefined): number {
  if (place?.kind === 'start') return 0
  if (place?.kind === 'end') return END_OF_ALL
  if (place?.kind !== 'position' || place.commit < place.prepare) throw new MalformedRequestError('no position')
  if (place.commit === MAX_UINT64 && place.prepare === MAX_UINT64) return END_OF_ALL
  if (place.commit > MAX_INT64) throw new MalformedRequestError('position out of range')
  return Math.min(Number(place.commit), END_OF_ALL - 1)
}

/** Where a read begins; it must be where an event does. */
function firstPosition(reader: Reader, place: Place | undefined, backwards: boolean): number {
  const at = positionOf(place)
  if (at === END_OF_ALL) return at
  if (!reader.canBeginAt(at, backwards)) throw new MalformedRequestError('no event begins at that position')
  if (!backwards || place?.kind !== 'position' || place.prepare === place.commit) return at
  // Before (commit, a smaller prepare) means: without the event that ends at commit.
  const [before] = reader.allBackwards(at, 1)
  return before && before.position + before.record.length === at ? before.position : at
}

type Shown = (event: StoredEvent) => boolean

function selectionOf({ filter }: ReadRequest): Shown {
  const matches = filter && compileFilter(filter)
  if (!matches) return (event) => shownInAll(event.record)
  return (event) => shownInAll(event.record) && matchesRecord(matches, event.record)
}

export async function readAll(call: ServerCall, reader: Reader, request: ReadRequest): Promise<void> {
  const backwards = request.direction === 1
  const shown = selectionOf(request)
  // The real server reads pages of no events for ever.
  if (request.count === 0n || looksAtNothing(request.filter)) {
    positionOf(request.place)
    return
  }
  let at = firstPosition(reader, request.place, backwards)
  let left = Number(request.count)
  const render = renderer(reader, request.resolveLinks, { structured: request.uuid === 'structured' })
  let size = FIRST_PAGE

  while (!call.closed) {
    const wanted = request.filter ? size : Math.min(left, size)
    const page = backwards ? reader.allBackwards(at, wanted) : reader.allForwards(at, wanted)
    const found = page.filter(shown).slice(0, left)
    // As with streams: no answer to one that does not say how it wants its ids.
    if (found.length > 0 && !request.uuid) return
    const messages = found.map((event) => render(event))
    left -= found.length
    const last = page.at(-1)
    if (!last || page.length < wanted || left <= 0) {
      if (messages.length > 0) call.writeFramed(frameMessages(messages))
      call.end()
      return
    }
    at = backwards ? last.position : last.position + 1
    size = pageAfter(page)
    await send(call, messages)
  }
}
