export { bargeInMeaning, capabilitiesOf, pauseMeaning, runtimeCapabilities } from './capabilities.ts'
export type { BargeInMeaning, PauseMeaning, RuntimeCapabilities } from './capabilities.ts'
