export { buildAsOf, type BuildDependencies } from './build.ts'
export { createApp } from './app.ts'
export { allProjections } from './projections.ts'
export { type Projector, type ProjectorOptions, startProjector } from './projector.ts'
