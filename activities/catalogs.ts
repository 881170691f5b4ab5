import type { Catalogs } from "../client/catalogs.ts";
import { type CatalogPart, partsOf } from "../core/catalog-parts.ts";
import { HeadgateError } from "../core/errors.ts";
import type { RegistryActivities } from "../workflows/ports.ts";
import { toFailure } from "./failure.ts";

/** Catalogues whose pieces are remembered: a registry asks for all pieces of one after another. */
const REMEMBERED = 4;

/** The activities by which the registry comes to catalogues, and takes care that they are kept. */
export function createCatalogActivities(catalogs: Catalogs): Pick<RegistryActivities, "loadCatalog" | "keepCatalog" | "endCatalogs"> {
  const cut = new Map<string, readonly CatalogPart[]>();

  async function piecesOf(hash: string): Promise<readonly CatalogPart[]> {
    const known = cut.get(hash);
    if (known !== undefined) return known;
    const catalog = await catalogs.find(hash);
    if (catalog === undefined) {
      throw new HeadgateError("E_CATALOG_GONE", `the catalogue ${hash} is neither in Temporal nor in the store`, {
        hint: "deploy the commit that made it once more: `headgate deploy`",
      });
    }
    const pieces = partsOf(catalog);
    cut.set(hash, pieces);
    for (const old of [...cut.keys()].slice(0, -REMEMBERED)) cut.delete(old);
    return pieces;
  }

  return {
    async loadCatalog({ hash, part }) {
      try {
        const piece = (await piecesOf(hash))[part];
        if (piece === undefined) throw new HeadgateError("E_CATALOG_GONE", `the catalogue ${hash} has no part ${part}`);
        return piece;
      } catch (error) {
        throw toFailure(error, []);
      }
    },
    async keepCatalog({ catalog }) {
      await catalogs.keep(catalog);
    },
    async endCatalogs({ hashes }) {
      for (const hash of hashes) await catalogs.end(hash);
    },
  };
}
