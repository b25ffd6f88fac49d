import type { HtmlTagDescriptor, Plugin, Rollup } from 'vite'

/** The screens that a browser is about to need, known from whether it has a session before any script runs. */
const screens = {
  visitor: ['shell/entrance.tsx', 'features/onboarding/welcome.tsx', 'features/team/sign-in.tsx'],
  member: ['shell/shell.tsx'],
} as const

/**
 * Names what a page loads anyway, so that it comes together with the first scripts instead of one after the other: the
 * catalogue of texts and the font in the page itself; the screens in `.vite/preloads.json`, for the server's Link
 * header (RFC 8288).
 */
export function preloads(): Plugin {
  return {
    name: 'preloads',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => [
        ...[...filesOf(bundle, 'i18n/locales/en.po')].map(name => link(name, { rel: 'modulepreload' })),
        ...Object.keys(bundle)
          .filter(name => /inter-latin-wght-normal-.*\.woff2$/.test(name))
          .map(name => link(name, { rel: 'preload', as: 'font', type: 'font/woff2' })),
      ],
    },
    generateBundle(_options, bundle) {
      const first = new Set(
        [...chunksOf(bundle)].filter(({ isEntry }) => isEntry).flatMap(withImports(bundle)),
      )
      const wanted = Object.entries(screens).map(([who, names]) => {
        const files = new Set(names.flatMap(name => [...filesOf(bundle, name)]))
        return [who, [...files].filter(file => !first.has(file)).map(file => `/${file}`)]
      })
      const source = JSON.stringify(Object.fromEntries(wanted))
      this.emitFile({ type: 'asset', fileName: '.vite/preloads.json', source })
    },
  }
}

const link = (name: string, attrs: Readonly<Record<string, string>>): HtmlTagDescriptor => ({
  ...{ tag: 'link', injectTo: 'head' },
  attrs: { ...attrs, crossorigin: true, href: `/${name}` },
})

const chunksOf = (bundle: Rollup.OutputBundle): Rollup.OutputChunk[] =>
  Object.values(bundle).filter(output => output.type === 'chunk')

const withImports =
  (bundle: Rollup.OutputBundle) =>
  ({ fileName, imports }: Rollup.OutputChunk): string[] => [
    fileName,
    ...imports.flatMap(name => {
      const chunk = bundle[name]
      return chunk?.type === 'chunk' ? withImports(bundle)(chunk) : []
    }),
  ]

/** The file of this module and all that it imports. */
function filesOf(bundle: Rollup.OutputBundle, name: string): Set<string> {
  const found = chunksOf(bundle).filter(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/${name}`))
  if (found.length === 0) throw new Error(`No chunk begins with src/${name}`)
  return new Set(found.flatMap(withImports(bundle)))
}
