import { streamFamily } from '../kernel/index.ts'

/** `operator-{operatorId}`: signing in and out. */
export const operatorStream = streamFamily('operator')
/** `operatorLayout-{operatorId}`: the console's panels; the newest event is the layout. */
export const operatorLayoutStream = streamFamily('operatorLayout')
