import { runService } from '@mosaic/runtime'
import { builtInRuntimes } from './runtimes/index.ts'
import { orchestratorService } from './service.ts'

// Agents and their programs find the modes that they are used to; the folders on the way there are closed to others.
process.umask(0o022)

await runService(orchestratorService(builtInRuntimes, process.env))
