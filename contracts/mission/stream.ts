import { streamFamily } from '../kernel/index.ts'

/** `mission-{missionId}` */
export const missionStream = streamFamily('mission')
