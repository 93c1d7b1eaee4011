import type * as eventstore from '@eventstore/db-client'
import * as kurrent from '@kurrent/kurrentdb-client'
import { clientSuite } from './client-suite.ts'

clientSuite('@kurrent/kurrentdb-client', {
  ...(kurrent as unknown as typeof eventstore),
  connect: (url) => kurrent.KurrentDBClient.connectionString(url) as unknown as eventstore.EventStoreDBClient,
  expecting: (streamState) => ({ streamState }) as eventstore.AppendToStreamOptions,
})
