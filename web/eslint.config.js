import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'

// What people read stands in the files of texts, each language with its own punctuation. Comments may name the words of
// the product, and patterns may know full-width signs: they read what people typed.
const CHINESE = '/[\\p{Script=Han}\\u3000-\\u303f\\uff00-\\uffef]/u'
const notHere = (selector) => ({ selector, message: 'What people read belongs to the texts of the page (texts/zh.ts, texts/en.ts).' })
const WRITTEN = [notHere(`Literal[value=${CHINESE}]`), notHere(`TemplateElement[value.raw=${CHINESE}]`)]
const SHOWN = [...WRITTEN, notHere(`VElement[name!='script'] > VText[value=${CHINESE}]`), notHere(`VLiteral[value=${CHINESE}]`)]

export default ts.config(
  { ignores: ['dist/**', 'node_modules/**', 'shared/openapi.ts'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, extraFileExtensions: ['.vue'], parser: ts.parser },
    },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `void x` marks a value as read for Vue's dependency tracking.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      'vue/prop-name-casing': 'off',
      // Texts people write are shown as text, always.
      'vue/no-v-html': 'error',
      'no-restricted-properties': ['error', { property: 'innerHTML' }, { property: 'outerHTML' }, { property: 'insertAdjacentHTML' }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'max-len': ['error', { code: 160, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
    },
  },
  {
    files: ['**/*.vue', 'console/main.ts', 'console/components/*.test.ts', 'console/pages/*.test.ts'],
    rules: {
      // The linter cannot see the types that one component exports to another; vue-tsc checks them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      'max-len': 'off',
    },
  },
  {
    files: ['{console,shared,widget}/**/*.{ts,vue}'],
    // What stands in for the service in tests speaks as the service does.
    ignores: ['**/texts/**', '**/*.test.ts', '**/testing.ts', 'widget/fakeService.ts'],
    rules: { 'no-restricted-syntax': ['error', ...WRITTEN], 'vue/no-restricted-syntax': ['error', ...SHOWN] },
  },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked, languageOptions: { globals: globals.node } },
)
