import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { createProgram } from "../../cli/program.ts";
import { SETTINGS } from "../../runtime/settings.ts";
import { codeBlocks, ROOT, readPage, sectionsOf } from "./markdown.ts";

// What docs/kubernetes.yaml uses of Kubernetes, strictly: a misspelt key, or one at the wrong place, is none of it.

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const labels = z.record(z.string(), z.string());
const quantities = z.strictObject({ cpu: z.string(), memory: z.string() }).partial();
const probe = z.strictObject({ httpGet: z.strictObject({ path: z.enum(["/readyz", "/healthz"]), port: name }) });
const container = z.strictObject({
  ...{ name, image: z.string(), args: z.array(z.string()) },
  envFrom: z.array(z.union([z.strictObject({ configMapRef: z.strictObject({ name }) }), z.strictObject({ secretRef: z.strictObject({ name }) })])),
  resources: z.strictObject({ requests: quantities, limits: quantities }).optional(),
  ports: z.array(z.strictObject({ name, containerPort: z.number() })).optional(),
  volumeMounts: z.array(z.strictObject({ name, mountPath: z.string() })).optional(),
  ...{ readinessProbe: probe.optional(), livenessProbe: probe.optional() },
});
const template = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    terminationGracePeriodSeconds: z.number().optional(),
    restartPolicy: z.literal("OnFailure").optional(),
    securityContext: z.strictObject({ runAsNonRoot: z.literal(true), runAsUser: z.number(), fsGroup: z.number() }),
    containers: z.tuple([container]),
    volumes: z.array(z.strictObject({ name, emptyDir: z.strictObject({}) })).optional(),
  }),
});
const metadata = z.strictObject({ name });
const resource = z.discriminatedUnion("kind", [
  z.strictObject({ apiVersion: z.literal("v1"), kind: z.literal("ConfigMap"), metadata, data: labels }),
  z.strictObject({
    ...{ apiVersion: z.literal("apps/v1"), kind: z.literal("Deployment"), metadata },
    spec: z.strictObject({ replicas: z.number(), selector: z.strictObject({ matchLabels: labels }), template }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal("batch/v1"), kind: z.literal("Job"), metadata },
    spec: z.strictObject({ backoffLimit: z.number(), ttlSecondsAfterFinished: z.number(), template }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal("v1"), kind: z.literal("Service"), metadata },
    spec: z.strictObject({ selector: labels, ports: z.array(z.strictObject({ name, port: z.number(), targetPort: name })) }),
  }),
]);

const text = readFileSync(join(ROOT, "docs/kubernetes.yaml"), "utf8");
const resources = parseAllDocuments(text).map((document) => resource.parse(document.toJS()));
const pods = resources.flatMap((one) =>
  one.kind === "Deployment" || one.kind === "Job" ? [{ name: one.metadata.name, one, template: one.spec.template }] : [],
);
const program = await createProgram([]);

describe("docs/kubernetes.yaml", () => {
  it("has a Deployment for each role, a deploy, and the API", () => {
    expect(resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      ...["ConfigMap headgate", "Deployment headgate-registry", "Deployment headgate-tasks", "Deployment headgate-watchers"],
      ...["Job headgate-deploy-1", "Deployment headgate-api", "Service headgate-api"],
    ]);
  });

  it("would not be read with a misspelt key", () => {
    const wrong = parseAllDocuments(text.replace("replicas: 2", "replica: 2")).map((document) => resource.safeParse(document.toJS()).success);
    expect(wrong).toContain(false);
  });

  it.each(pods)("$name finds its pods, its volumes and its settings", ({ one, template: { metadata: pod, spec } }) => {
    if (one.kind === "Deployment") expect(pod.labels).toEqual(one.spec.selector.matchLabels);
    const [worker] = spec.containers;
    expect((worker.volumeMounts ?? []).map((mount) => mount.name)).toEqual((spec.volumes ?? []).map((volume) => volume.name));
    expect(worker.envFrom).toEqual([{ configMapRef: { name: "headgate" } }, { secretRef: { name: "headgate" } }]);
  });

  it.each(pods)("$name calls the command line as it is", ({ template: { spec } }) => {
    const [verb = "", ...args] = spec.containers[0].args;
    const command = program.commands.find((one) => one.name() === verb);
    const flags = args.filter((arg) => arg.startsWith("--"));
    expect(command?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(flags));
    if (verb === "worker") expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
  });

  it("sets variables that there are", () => {
    const known = Object.values(SETTINGS).flatMap((setting) => ("env" in setting ? [...setting.env] : []));
    for (const one of resources) if (one.kind === "ConfigMap") expect(known).toEqual(expect.arrayContaining(Object.keys(one.data)));
  });

  it("leads the Service to a port of the API", () => {
    const service = resources.find((one) => one.kind === "Service");
    const target = pods.find(({ template: { metadata: pod } }) => JSON.stringify(pod.labels) === JSON.stringify(service?.spec.selector));
    expect(target?.template.spec.containers[0].ports?.map((port) => port.name)).toContain(service?.spec.ports[0]?.targetPort);
  });
});

describe("Temporal Cloud, as docs/deployment.md shows it", () => {
  const cloud = sectionsOf(readPage("docs/deployment.md")).find(({ title }) => title === "Temporal Cloud")?.text ?? "";
  const [byKey = {}, byCertificate = {}] = codeBlocks(cloud, "sh").map((block) =>
    Object.fromEntries([...block.matchAll(/^export (\w+)=(.*)$/gm)].map(([, variable = "", value = ""]) => [variable, value])),
  );
  const connect = (env: Record<string, string>): ReturnType<typeof loadClientConnectConfig> =>
    loadClientConnectConfig({ disableFile: true, overrideEnvVars: env });

  it("logs in with an API key, over TLS", () => {
    const { connectionOptions, namespace } = connect(byKey);
    expect(namespace).toBe("sales.a1b2c");
    expect(connectionOptions).toMatchObject({ address: "eu-central-1.aws.api.temporal.io:7233", apiKey: "...", tls: true });
  });

  it("logs in with a certificate", () => {
    const files = { TEMPORAL_TLS_CLIENT_CERT_PATH: join(ROOT, "LICENSE"), TEMPORAL_TLS_CLIENT_KEY_PATH: join(ROOT, "LICENSE") };
    expect(Object.keys(byCertificate)).toEqual(["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", ...Object.keys(files)]);
    const { connectionOptions } = connect({ ...byCertificate, ...files });
    expect(connectionOptions).toMatchObject({
      address: "sales.a1b2c.tmprl.cloud:7233",
      tls: { clientCertPair: { crt: expect.anything(), key: expect.anything() } },
    });
  });
});
