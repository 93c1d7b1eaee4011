import { ProtoWriter } from '../wire/protobuf.ts'
import type { ProjectionState } from './activation.ts'
import type { SystemProjection } from './definitions.ts'
import type { Progress } from './progress.ts'

/** Epoch and version of a definition that was enabled once. */
const [EPOCH, VERSION] = [-1, 1]
/** Field 13, 32 bits wide. */
const PROGRESS_TAG = 13 * 8 + 5

const STATUSES: Record<ProjectionState, string> = {
  running: 'Running',
  stopped: 'Stopped',
  aborted: 'Aborted/Stopped',
}

export interface ProjectionFacts {
  projection: SystemProjection
  state: ProjectionState
  progress: Progress
  newest: number
}

function float(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes[0] = PROGRESS_TAG
  bytes.writeFloatLE(value, 1)
  return bytes
}

/** A projection as StatisticsResp. One that waits for its first reader is shown as if it had read everything. */
export function details({ projection, state, progress, newest }: ProjectionFacts): Buffer {
  const { status, position } = progress
  const upToDate = status === 'running' || (status === 'idle' && state === 'running') || newest === 0
  const at = upToDate ? Math.max(position, newest) : position
  const body = new ProtoWriter()
    .uint64(2, VERSION)
    .uint64(3, EPOCH)
    .string(4, projection.name)
    .string(8, status === 'running' || status === 'catching-up' ? STATUSES.running : STATUSES[state])
    .string(10, projection.name)
    .string(11, 'Continuous')
    .string(12, `C:${at}/P:${at}`)
    .string(14, `C:${at}/P:${at}`)
    .finish()
  const percent = upToDate ? 100 : (position / newest) * 100
  return new ProtoWriter().bytes(1, Buffer.concat([body, float(percent)])).finish()
}
