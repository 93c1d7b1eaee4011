import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'
import { precompress } from './precompress.ts'

const gateway = process.env['MOSAIC_GATEWAY_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  plugins: [solid(), tailwindcss(), precompress()],
  build: {
    target: 'es2023',
    // The gateway's content security policy allows no data: fonts and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': gateway, '/ws': { target: gateway, ws: true } } },
})
