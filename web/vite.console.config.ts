import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const service = process.env.XIAOQIAO_DEV_SERVICE ?? 'http://127.0.0.1:8000'

export default defineConfig({
  root: 'console',
  base: '/console/',
  plugins: [vue()],
  build: { outDir: '../dist/console', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 900 },
  server: { host: '127.0.0.1', proxy: { '/api': { target: service, ws: true } } },
})
