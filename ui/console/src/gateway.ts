import { createClient } from '@mosaic/client'

/** The gateway that this page came from. The browser's cookie says who asks. */
export const gateway = createClient({ url: location.origin })
