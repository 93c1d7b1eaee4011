import { MAX_APPEND_SIZE } from '../streams/refusals.ts'

/** What of its configuration the node tells operators. */
export interface Configuration {
  secure: boolean
  memory: boolean
  projections: boolean
  host: string
  port: number
}

interface Option {
  name: string
  description: string
  group: string
  value: string
  possibleValues: string[] | null
}

const PROJECTION_TYPES = ['None', 'System', 'All']
const truth = (value: boolean) => (value ? 'True' : 'False')

/** `/info/options`: those options of EventStoreDB that mean something here, under its names. */
export function nodeOptions({ secure, memory, projections, host, port }: Configuration): Option[] {
  const option = (group: string, name: string, value: string, description: string, possibleValues?: string[]) => ({
    name,
    description,
    group: `${group}Options`,
    value,
    possibleValues: possibleValues ?? null,
  })
  return [
    option('Application', 'MaxAppendSize', String(MAX_APPEND_SIZE), 'Bytes of event data in one append at most.'),
    option('Application', 'Insecure', truth(!secure), 'No TLS, no credentials, no access control.'),
    option('Cluster', 'ClusterSize', '1', 'Nodes of the cluster.'),
    option('Database', 'MemDb', truth(memory), 'Everything is kept in memory.'),
    option('Interface', 'NodeIp', host, 'Address to listen on.'),
    option('Interface', 'NodePort', String(port), 'Port of gRPC and HTTP.'),
    option('Interface', 'EnableAtomPubOverHttp', truth(false), 'AtomPub.'),
    option('Projection', 'RunProjections', projections ? 'System' : 'None', 'Which run.', PROJECTION_TYPES),
  ]
}
