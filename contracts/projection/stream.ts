import { streamFamily } from '../kernel/index.ts'

/** `projection-{name}` */
export const projectionStream = streamFamily('projection')
