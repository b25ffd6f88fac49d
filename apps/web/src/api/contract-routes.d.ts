declare module 'virtual:contract-routes' {
  import type { contract } from '@fairlead/contract'

  const routes: typeof contract
  export default routes
}
