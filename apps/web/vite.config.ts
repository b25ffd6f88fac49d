import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { compress } from './compress.ts'
import { contractRoutes } from './contract-routes.ts'
import { preloads } from './preloads.ts'

/** `npm run dev -w apps/web` talks to a running Fairlead; FAIRLEAD_URL says where. */
const target = process.env.FAIRLEAD_URL ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    contractRoutes(),
    react(),
    lingui({ cwd: import.meta.dirname }),
    babel({ presets: [linguiTransformerBabelPreset({}, { cwd: import.meta.dirname })] }),
    tailwind(),
    preloads(),
    compress(),
  ],
  server: { host: '127.0.0.1', proxy: { '/api': { target, changeOrigin: true } } },
  build: {
    target: 'es2024',
    manifest: true,
    // Inlined files would need data: in the page's content policy, and modern browsers preload by themselves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What each page needs comes in two files, not in thirty: libraries, which stay as they are for long, and ours.
            { name: 'libraries', tags: ['$initial'], test: /node_modules/, priority: 3 },
            { name: 'first', tags: ['$initial'], priority: 2 },
          ],
        },
      },
    },
  },
})
