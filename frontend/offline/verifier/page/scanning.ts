export { Camera } from "./camera.ts";
export { codeInFile, prepareReader } from "./reader.ts";
