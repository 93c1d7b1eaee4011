import { configuration as coordinator } from '@mosaic/coordinator/configuration'
import { configuration as gateway } from '@mosaic/gateway/configuration'
import { configuration as orchestrator } from '@mosaic/orchestrator/configuration'
import { configuration as projector } from '@mosaic/projector/configuration'
import { configuration as relay } from '@mosaic/relay/configuration'
import { configuration as scriptedModel } from '@mosaic/scripted-model/configuration'

/** What every service reads, by the service's name. */
export const services = {
  coordinator,
  gateway,
  orchestrator,
  projector,
  relay,
  'scripted-model': scriptedModel,
} as const
export type Service = keyof typeof services
export const serviceNames = Object.keys(services) as Service[]
