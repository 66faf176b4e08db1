// The API's own documentation: the document for programs and a page for people, both without the network.
import { Router } from 'express';
import { serve, setup } from 'swagger-ui-express';

/** `GET /v1/openapi.json` and `GET /docs`. */
export function docsRouter(document: object): Router {
  const router = Router();
  router.get('/v1/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.use('/docs', serve, setup(document, { customSiteTitle: 'Muster API' }));
  return router;
}
