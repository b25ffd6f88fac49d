/** A file is named after what it exports, in kebab-case, with a word that says something. */
import { type Finding, isSource, type SourceTree } from './rule.ts'

/** Words that fit every file and therefore name none. */
const empty =
  /^(manager|helper|util|utilitie|utility|common|misc|data|info|information|process|service|handler|base)s?$/
/** Migrations are words of SQL: underscores, and their number in front. */
const kebab = { source: /^[a-z0-9]+(-[a-z0-9]+)*$/, migration: /^\d{4}(_[a-z0-9]+)+$/ }

export function checkNames(tree: SourceTree): Finding[] {
  return [...tree.keys()]
    .filter(path => isSource(path) || path.endsWith('.sql'))
    .flatMap(path => {
      const parts = path.replace(/^\.\/|(\.(test|config|bench|d))?\.[a-z]+$/g, '').split('/')
      return parts.flatMap(part => {
        const word = part.split('-').find(each => empty.test(each))
        if (word)
          return [
            { level: 'error' as const, at: path, says: `"${word}" says nothing: name what it does or is` },
          ]
        return kebab.source.test(part) || kebab.migration.test(part)
          ? []
          : [{ level: 'error' as const, at: path, says: `"${part}" is not kebab-case` }]
      })
    })
}
