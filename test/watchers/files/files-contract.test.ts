import { sourceContract } from "../source-contract.ts";
import { createLandingWorld } from "./landing-world.ts";

sourceContract("the local files source", createLandingWorld);
