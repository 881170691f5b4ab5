import { HeadgateError } from "../core/errors.ts";

/**
 * Loads the SDK of a source when it is first read. SDKs are optional peer dependencies: who does not use a source does not install
 * its SDK, and nothing is loaded that is not used. Throws `E_PACKAGE_MISSING` with the command that installs it.
 *
 * @example
 * const { S3Client } = await loadPackage("s3()", "@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
 */
export async function loadPackage<T>(user: string, name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // A package that is there and lacks one of its own is another trouble, which its message names.
    const missing = (error as NodeJS.ErrnoException | null)?.code === "ERR_MODULE_NOT_FOUND" && String(error).includes(`'${name}'`);
    if (!missing) throw error;
    throw new HeadgateError("E_PACKAGE_MISSING", `${user} needs the package ${name}, which is not installed`, {
      hint: `run: npm install ${name}`,
      cause: error,
    });
  }
}
