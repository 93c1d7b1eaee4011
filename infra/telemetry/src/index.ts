export { metrics } from './metrics.ts'
export { sample, scrape, watchProcess } from './registry.ts'
export {
  currentTraceparent,
  inSpan,
  isTracing,
  openSpan,
  type Span,
  startTracing,
  stopTracing,
  within,
} from './tracing.ts'
