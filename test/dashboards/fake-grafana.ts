import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the server took. */
export interface TakenRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/**
 * The part of Grafana's HTTP API that a push uses, with its habits: it numbers what it stores, counts versions, and adds
 * fields of its own. Source: Grafana's documentation of the HTTP API (folder, dashboard, alerting provisioning, data
 * source).
 */
export class FakeGrafana implements AsyncDisposable {
  readonly requests: TakenRequest[] = [];
  readonly folders = new Map<string, { title: string }>();
  readonly dashboards = new Map<string, { dashboard: Record<string, unknown>; folderUid: string }>();
  readonly groups = new Map<string, Record<string, unknown>>();
  datasourceUids = ['tidemark-influxdb'];
  token: string | undefined = 'right';
  /** Responds with this to the next write. */
  refusal: { readonly status: number; readonly body: string } | undefined;
  url = '';
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body, location }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
      response.end(body);
    });
  });

  static async start(): Promise<FakeGrafana> {
    const grafana = new FakeGrafana();
    await new Promise<void>((resolve) => grafana.#server.listen(0, '127.0.0.1', resolve));
    grafana.url = `http://127.0.0.1:${(grafana.#server.address() as AddressInfo).port}`;
    return grafana;
  }

  /** Paths of the requests that change something. */
  get writes(): string[] {
    return this.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string; location?: string }> {
    const { method = '', url: path = '', headers } = request;
    let text = '';
    for await (const chunk of request) text += chunk;
    this.requests.push({ method, path, authorization: headers.authorization });
    const json = (status: number, body: object) => ({ status, body: JSON.stringify(body) });
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`)
      return json(401, { message: 'Invalid API key' });
    if (method !== 'GET' && this.refusal !== undefined) return this.refusal;
    const body = text === '' ? {} : JSON.parse(text);
    const [, kind, uid = ''] =
      /^\/api\/(datasources\/uid|folders|dashboards\/uid)\/([^/]+)$/.exec(path) ?? [];
    if (kind === 'datasources/uid')
      return this.datasourceUids.includes(uid) ? json(200, { uid }) : json(404, { message: 'not found' });
    if (path === '/api/folders' && method === 'POST') {
      this.folders.set(body.uid, { title: body.title });
      return json(200, { id: 7, ...body });
    }
    if (kind === 'folders') {
      const folder = this.folders.get(uid);
      if (folder === undefined) return json(404, { message: 'folder not found' });
      if (method === 'PUT') folder.title = body.title;
      return json(200, { id: 7, uid, ...folder, canSave: true });
    }
    if (kind === 'dashboards/uid') {
      const stored = this.dashboards.get(uid);
      if (stored === undefined) return json(404, { message: 'Dashboard not found' });
      return json(200, { meta: { slug: 'x', folderUid: stored.folderUid }, dashboard: stored.dashboard });
    }
    if (path === '/api/dashboards/db') {
      // Folders and dashboards share their uids.
      if (this.folders.has(body.dashboard.uid)) return json(400, { message: 'uid is taken by a folder' });
      const before = this.dashboards.get(body.dashboard.uid)?.dashboard;
      const version = Number(before?.version ?? 0) + 1;
      const dashboard = { ...body.dashboard, id: 40 + this.dashboards.size, version };
      this.dashboards.set(body.dashboard.uid, { dashboard, folderUid: body.folderUid });
      return json(200, { status: 'success', uid: body.dashboard.uid, version });
    }
    if (path.startsWith('/api/v1/provisioning/folder/')) {
      if (method === 'PUT') {
        const rules = body.rules.map((rule: object, id: number) => ({
          ...rule,
          id,
          updated: 'now',
          provenance: '',
        }));
        this.groups.set(path, { ...body, rules });
      }
      const group = this.groups.get(path);
      return group === undefined ? json(404, { message: 'rule group not found' }) : json(200, group);
    }
    return json(404, { message: `no such path: ${path}` });
  }
}
