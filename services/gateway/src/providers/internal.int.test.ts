import { startInternalProvider } from '../../test/internal-provider.ts'
import { providerConformance } from '../../test/provider-conformance.ts'

providerConformance('our own runtime', startInternalProvider)
