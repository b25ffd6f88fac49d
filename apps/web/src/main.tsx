import { CSPProvider } from '@base-ui/react/csp-provider'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/query-client.ts'
import { sessionQuery } from './api/session.ts'
import { activateLanguage } from './i18n/i18n.ts'
import { makeRouter, places } from './routes.tsx'
import { PlacesProvider } from './shell/place.ts'
import './ui/styles/index.css'

const queryClient = createQueryClient()
const router = makeRouter(queryClient)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// Every page begins with who is looking at it; the texts come meanwhile.
void queryClient.prefetchQuery(sessionQuery)
await activateLanguage(window.location.search)
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <PlacesProvider value={places}>
            <RouterProvider router={router} />
          </PlacesProvider>
        </QueryClientProvider>
      </I18nProvider>
    </CSPProvider>
  </StrictMode>,
)
