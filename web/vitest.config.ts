import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'happy-dom',
    include: ['{shared,widget,console,mock}/**/*.test.ts'],
    restoreMocks: true,
    testTimeout: 5_000,
  },
})
