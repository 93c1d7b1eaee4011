import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { SessionQuality } from '@mosaic/contracts/quality'

/** What changes have to pass where nobody has said it. */
export const usualQuality: SessionQuality = { profile: 'standard', yolo: false }

export const qualityAsked = ({ gates, yolo }: Pick<SpawnAgent, 'gates' | 'yolo'>): SessionQuality => ({
  profile: gates ?? usualQuality.profile,
  yolo,
})
