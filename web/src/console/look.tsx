// Ant Design in the colours and the language of the pages.

import { App, ConfigProvider, theme as antd, type ThemeConfig } from 'antd';
import type { Locale } from 'antd/es/locale';
import enUS from 'antd/es/locale/en_US';
import { useEffect, useMemo, useState, type ReactNode } from 'react';

import { useLanguage } from '@/shared/i18n';
import { useShownTheme } from '@/shared/theme/theme';

import { nonce } from './nonce';

// The stylesheet's colours are the only ones: Ant Design derives its own from them.
function tokens(): ThemeConfig {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const dark = document.documentElement.dataset.scheme === 'dark';
  const quiet = colour('text-quiet');
  // Grounds of notices: a breath of the colour, so that whatever is written on them stays readable.
  const soft = (name: string) => `color-mix(in srgb, var(--${name}) 7%, var(--surface))`;
  return {
    algorithm: dark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    cssVar: true,
    hashed: false,
    token: {
      colorPrimary: colour('accent'),
      colorInfo: colour('accent'),
      colorLink: colour('accent'),
      colorError: colour('danger'),
      colorSuccess: colour('success'),
      colorWarning: colour('warning'),
      colorErrorBg: soft('danger'),
      colorSuccessBg: soft('success'),
      colorWarningBg: soft('warning'),
      colorInfoBg: soft('accent'),
      colorTextBase: colour('text'),
      colorText: colour('text'),
      colorTextSecondary: quiet,
      colorTextTertiary: quiet,
      colorTextQuaternary: quiet,
      colorTextDescription: quiet,
      colorTextPlaceholder: quiet,
      colorTextLightSolid: colour('accent-text'),
      colorBgBase: colour('surface'),
      colorBgContainer: colour('surface'),
      colorBgElevated: colour('surface-raised'),
      colorBgLayout: colour('ground'),
      colorBorder: colour('line-strong'),
      colorBorderSecondary: colour('line'),
      borderRadius: 6,
      fontFamily: colour('font'),
      // Not by the stylesheet alone: a part that waits for the end of a movement would never go.
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.15s',
    },
    components: {
      Button: {
        primaryColor: colour('accent-text'),
        dangerColor: colour('accent-text'),
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
      },
      Tooltip: { colorTextLightSolid: colour('surface'), colorBgSpotlight: colour('text') },
    },
  };
}

export function Look({ children }: { children: ReactNode }) {
  const shown = useShownTheme();
  const scheme = document.documentElement.dataset.scheme;
  const language = useLanguage();
  const [locale, setLocale] = useState<Locale>(enUS);
  useEffect(() => {
    let wanted = true;
    if (language === 'en') setLocale(enUS);
    else
      void import('antd/es/locale/zh_CN').then((found) => {
        if (wanted) setLocale(found.default);
      });
    return () => {
      wanted = false;
    };
  }, [language]);
  const theme = useMemo(tokens, [shown, scheme]);
  return (
    <ConfigProvider
      csp={{ nonce }}
      locale={locale}
      theme={theme}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      form={{ requiredMark: false }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
