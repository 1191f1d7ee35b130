import { defineConfig } from 'vite'

/** One classic script, so that integrators need one tag and no module support. */
export default defineConfig({
  build: {
    outDir: 'dist/widget',
    target: 'es2022',
    lib: { entry: 'widget/index.ts', name: 'XiaoqiaoWidget', formats: ['iife'], fileName: () => 'xiaoqiao-chat.js' },
  },
})
