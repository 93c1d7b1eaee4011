export { projectionEvents, type ProjectionEvent } from './events.ts'
export { projectionStream } from './stream.ts'
