import { join } from 'node:path'

// Where an orchestrator and its killer keep what they share, in a folder of the orchestrator's own.

export const aliveFolder = (folder: string): string => join(folder, 'alive')
export const addressFile = (folder: string): string => join(folder, 'address.json')
