import type { WorkItem } from '@mosaic/contracts/task'
import { uuidv5 } from '@mosaic/event-store'

type Attempt = Pick<WorkItem, 'taskId' | 'round' | 'slot'>

/** The command that begins an attempt: of all workers that try, the log lets one begin it. */
export const attemptCommandId = ({ taskId, round, slot }: Attempt): string => uuidv5(`task/${taskId}/${round}/${slot}`)

/** The session that an attempt is, or will be. */
export const attemptId = (attempt: Attempt): string => uuidv5(`${attemptCommandId(attempt)}/session`)
