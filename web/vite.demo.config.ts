import { defineConfig } from 'vite'

export default defineConfig({
  root: 'demo',
  // Served at the root by the service, at any path elsewhere.
  base: './',
  build: { outDir: '../dist/demo', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
})
