import { contract } from '@fairlead/contract'
import { minifyContractRouter } from '@orpc/contract'
import type { Plugin } from 'vite'

const id = 'virtual:contract-routes'

/**
 * The contract as the browser needs it: method and path of each route, without the schemas, which would bring Zod
 * into the first page. Made at build time from the contract itself, so that the two cannot differ.
 */
export function contractRoutes(): Plugin {
  return {
    name: 'contract-routes',
    resolveId: wanted => (wanted === id ? `\0${id}` : null),
    load: wanted =>
      wanted === `\0${id}` ? `export default ${JSON.stringify(minifyContractRouter(contract))}` : null,
  }
}
