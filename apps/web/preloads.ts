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
      const first = withImports(
        bundle,
        chunksOf(bundle, ({ isEntry }) => isEntry),
      )
      const wanted = Object.entries(screens).map(([who, names]) => {
        const files = names.flatMap(name => [...filesOf(bundle, name)])
        return [who, [...new Set(files)].filter(file => !first.has(file)).map(file => `/${file}`)]
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

type Chunk = Rollup.OutputChunk

const chunksOf = (bundle: Rollup.OutputBundle, isWanted: (chunk: Chunk) => boolean): Chunk[] =>
  Object.values(bundle).filter((output): output is Chunk => output.type === 'chunk' && isWanted(output))

/** The files of these chunks and of all that they import, each once: chunks may import each other. */
function withImports(bundle: Rollup.OutputBundle, chunks: readonly Chunk[]): Set<string> {
  const files = new Set(chunks.map(({ fileName }) => fileName))
  for (const file of files) {
    const output = bundle[file]
    if (output?.type === 'chunk') for (const name of output.imports) files.add(name)
  }
  return files
}

/** The file of this module and all that it imports. */
function filesOf(bundle: Rollup.OutputBundle, name: string): Set<string> {
  const found = chunksOf(bundle, ({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/${name}`) === true)
  if (found.length === 0) throw new Error(`No chunk begins with src/${name}`)
  return withImports(bundle, found)
}
