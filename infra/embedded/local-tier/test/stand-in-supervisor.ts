// A supervisor as a process of its own, for the tests that kill it: `node stand-in-supervisor.ts DATA_DIR`.
import { startStandInTier } from './stand-in-tier.ts'

const tier = await startStandInTier(String(process.argv[2]))
process.once('SIGTERM', () => void tier.stop())
console.log('ready')
