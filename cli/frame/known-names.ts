import type { ApiClient } from "../../client/http/api-client.ts";
import type { ErrorCode } from "../../core/error-codes.ts";
import { HeadgateError } from "../../core/errors.ts";
import { unknownName } from "../../core/unknown-name.ts";
import { firstOf } from "./first-of.ts";

interface Kind {
  /** Of the path or the query. */
  readonly param: "asset" | "dag" | "run" | "watcher";
  /** Names that there are, or the first of them. */
  readonly known: (api: ApiClient) => Promise<readonly string[]>;
  /** What to do where no name is near. */
  readonly otherwise: string;
}

/** Most names that are looked through for the nearest one. */
const MOST = 2_000;
const PAGE = { query: { limit: 200 } };

const KINDS: Partial<Record<ErrorCode, Kind>> = {
  E_ASSET_UNKNOWN: {
    param: "asset",
    known: async (api) => (await firstOf(api.items("/v1/assets", PAGE), MOST)).map(({ asset }) => asset),
    otherwise: "`headgate assets list` shows the assets",
  },
  E_DAG_UNKNOWN: {
    param: "dag",
    known: async (api) => (await firstOf(api.items("/v1/dags", PAGE), MOST)).map(({ dag }) => dag),
    otherwise: "`headgate dags list` shows what is deployed, `headgate deploy` deploys",
  },
  E_RUN_UNKNOWN: {
    param: "run",
    known: async (api) => (await api.get("/v1/runs", PAGE)).items.map(({ run }) => run),
    otherwise: "`headgate runs list` shows the runs; one that began this moment may not be there yet",
  },
  E_WATCHER_UNKNOWN: {
    param: "watcher",
    known: async (api) => (await firstOf(api.items("/v1/watchers", PAGE), MOST)).map(({ watcher }) => watcher),
    otherwise: "`headgate watchers list` shows the watchers",
  },
};

/** What stands in the path and the query of a question. */
type Asked = Readonly<Record<string, unknown>>;

/** The same API, whose errors for an unknown name say the nearest one that there is, and what to do by the command line. */
export function withKnownNames(api: ApiClient): ApiClient {
  async function orNearest<T>(answer: Promise<T>, params: Asked): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw HeadgateError.is(error) ? await nearest(api, error, params) : error;
    }
  }
  const asked = (given: { readonly params?: object | undefined; readonly query?: object | undefined } | undefined): Asked => ({
    ...given?.query,
    ...given?.params,
  });
  return {
    get: (path, ...rest) => orNearest(api.get(path, ...rest), asked(rest[0])),
    post: (path, given) => orNearest(api.post(path, given), asked(given)),
    items: async function* items(path, ...rest) {
      try {
        yield* api.items(path, ...rest);
      } catch (error) {
        throw HeadgateError.is(error) ? await nearest(api, error, asked(rest[0])) : error;
      }
    },
  };
}

async function nearest(api: ApiClient, error: HeadgateError, params: Asked): Promise<HeadgateError> {
  const kind = KINDS[error.code];
  const name = kind === undefined ? undefined : params[kind.param];
  if (kind === undefined || typeof name !== "string" || error.hint?.startsWith("did you mean") === true) return error;
  // Whoever may not read is told what to do, and not what there is.
  const known = await kind.known(api).catch(() => []);
  return unknownName(error.code, error.message, name, known, kind.otherwise);
}
