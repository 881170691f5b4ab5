import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import { issuesText, validateWithSchema } from "../core/schema.ts";
import type { RegistryActivities, RejectedEvent } from "../workflows/ports.ts";

/** The schemas that this process has, by the URI of the asset: its identity or a concrete URI. */
export interface AssetSchemas {
  schemaOf(uri: string): StandardSchemaV1 | undefined;
}

/**
 * Checks the data of one event against the schema and the contract of its asset, if this process has them. Throws `E_EVENT_DATA`.
 *
 * @returns why it is to be put aside, if its contract says so
 */
export async function checkEventData(schemas: AssetSchemas, event: EventInput): Promise<string | undefined> {
  const schema = schemas.schemaOf(event.asset);
  if (!schema) return undefined;
  const checked = await validateWithSchema(schema, event.data ?? {});
  if (checked.ok) return checked.quarantine;
  throw new HeadgateError("E_EVENT_DATA", `the data of an event of "${event.asset}" breaks the asset's schema: ${issuesText(checked.issues)}`, {
    hint: "publish data of the schema's form, or change the schema and deploy",
  });
}

/** The activity that checks events which came by a raw signal, on a worker that has the schemas. */
export function createCheckEvents(schemas: AssetSchemas): RegistryActivities["checkEvents"] {
  return async function checkEvents({ events }) {
    const good: unknown[] = [];
    const rejected: RejectedEvent[] = [];
    for (const event of events) {
      try {
        const quarantine = await checkEventData(schemas, event as EventInput);
        good.push(quarantine === undefined ? event : { ...(event as EventInput), quarantine });
      } catch (error) {
        if (!HeadgateError.is(error)) throw error;
        rejected.push({ event, code: error.code, why: error.message });
      }
    }
    return { good, rejected };
  };
}
