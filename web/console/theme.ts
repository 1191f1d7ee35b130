import type { GlobalThemeOverrides } from 'naive-ui'

const FONT =
  "-apple-system, BlinkMacSystemFont, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"

type Common = NonNullable<GlobalThemeOverrides['common']>

function overrides(primary: string, hover: string, pressed: string, muted: string, edge: string, surfaces: Common = {}): GlobalThemeOverrides {
  return {
    common: {
      fontFamily: FONT,
      primaryColor: primary,
      primaryColorHover: hover,
      primaryColorPressed: pressed,
      primaryColorSuppl: primary,
      // The library's own is too pale to be read.
      placeholderColor: muted,
      borderRadius: '9px',
      borderRadiusSmall: '7px',
      fontWeightStrong: '600',
      ...surfaces,
    },
    // With the radius of buttons it would be round, as if only one could be chosen.
    Checkbox: { borderRadius: '4px' },
    Input: { border: `1px solid ${edge}` },
    InternalSelection: { border: `1px solid ${edge}` },
    Modal: { borderRadius: '16px' },
    Dialog: { borderRadius: '16px' },
  }
}

export const lightOverrides = overrides('#0b63e5', '#2c7af0', '#084fba', '#5c6573', '#dfe2e9')
// The library's greys are warm; these are the tokens' own.
const DARK: Common = { popoverColor: '#22262e', modalColor: '#22262e', cardColor: '#191c22', inputColor: '#191c22', borderColor: '#3a404b', dividerColor: '#2a2f38' }
export const darkOverrides = overrides('#5a9bff', '#78aeff', '#4687ea', '#98a1b0', '#3a404b', DARK)
