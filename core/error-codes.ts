/** Every error code with its meaning in one line. docs/errors.md has a section for each; a test compares the two. */
export const ERROR_CODES = {
  // authoring
  E_ID: "an id is not kebab-case, too long, or reserved",
  E_DUPLICATE_ID: "two DAGs, tasks or watchers of one project share an id",
  E_ASSET_URI: "an asset URI has no scheme, carries a password, or cannot be parsed",
  E_ASSET_DUPLICATE: "two asset definitions have one identity",
  E_DURATION: "a duration is not a number with ms, s, m, h or d",
  E_CONDITION: "a condition is malformed",
  E_PARTITION: "a partition definition or key is wrong",
  E_CRON: "a cron expression or time zone is not understood",
  E_POLICY: "a policy of a DAG is malformed or contradictory",
  E_REFERENCE: "a task refers to something that does not exist",
  E_CYCLE: "assets and DAGs form a cycle",
  E_DAG_FILE: "a DAG file could not be loaded",
  E_CONFIG: "a setting is missing or wrong",
  E_CONNECTION: "a named connection is missing or malformed",
  // events
  E_EVENT: "an event is malformed",
  E_EVENT_DATA: "the data of an event breaks the asset's schema",
  E_EVENT_SIZE: "an event or a batch is too large",
  E_EVENT_UNDECODABLE: "a signal's payload could not be decoded",
  E_EVENT_PARTITION: "the partition of an event does not fit the asset",
  E_OUTLET_UNDECLARED: "a task published an asset that it does not declare",
  E_OUTLET_SILENT: "a task succeeded without saying what it did to an outlet that has a schema",
  // runs
  E_TASK_GONE: "the worker does not have this task of the plan",
  E_PLAN_GONE: "a plan is neither on the worker nor in the catalogue",
  E_DAG_UNKNOWN: "no deployed DAG has this id",
  E_PARAMS: "the parameters of a run do not fit the DAG's schema",
  E_RESULT_JSON: "a task returned a value that is not JSON",
  E_RESULT_SIZE: "a task returned more than 256 KiB",
  E_RUN_INPUT: "the input of a run is malformed or too large",
  E_TASK_FAILED: "a task threw an error",
  E_TASK_TIMEOUT: "a task did not finish within its timeout",
  E_TASK_LOST: "the worker of a task was lost too many times in a row",
  // registry
  E_REGISTRY_CLOSED: "the registry workflow was closed and must be restored",
  E_REGISTRY_UNREACHABLE: "the registry does not exist or does not answer",
  E_DEPLOY_STALE: "a newer deploy of this project exists",
  E_CONSUMER_FAULTED: "a consumer's evaluation threw; it is quarantined",
  E_LOOP: "events went round a loop too often",
  E_SCENARIO: "a scenario of `headgate simulate` is wrong",
  E_SEARCH_ATTRIBUTES: "the Temporal namespace lacks Headgate's search attributes",
  // watchers
  E_WATCHER_GAP: "a watcher's batches do not follow one another",
  E_WATCHER_FENCED: "another session of this watcher took over",
  E_SOURCE: "a source could not be read",
  // stack
  E_PORT_TAKEN: "a port is in use",
  E_TEMPORAL_BINARY: "no Temporal CLI was found and none could be built",
  E_TEMPORAL_UNREACHABLE: "the Temporal server does not answer",
  E_ENVIRONMENT: "a server that is not loopback needs --environment",
  E_POSTGRES: "the embedded Postgres did not start",
  E_STORE: "the store does not answer",
  E_USAGE: "a command was called with wrong arguments",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
