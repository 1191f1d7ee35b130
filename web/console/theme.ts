import type { GlobalThemeOverrides } from 'naive-ui'

const FONT =
  "-apple-system, BlinkMacSystemFont, 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"

function overrides(primary: string, hover: string, pressed: string): GlobalThemeOverrides {
  return {
    common: {
      fontFamily: FONT,
      primaryColor: primary,
      primaryColorHover: hover,
      primaryColorPressed: pressed,
      primaryColorSuppl: primary,
      borderRadius: '9px',
      borderRadiusSmall: '7px',
      fontWeightStrong: '600',
    },
    Modal: { borderRadius: '16px' },
    Dialog: { borderRadius: '16px' },
  }
}

export const lightOverrides = overrides('#0b63e5', '#2c7af0', '#084fba')
export const darkOverrides = overrides('#5a9bff', '#78aeff', '#4687ea')
