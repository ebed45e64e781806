/** The consent part as an ES module, which the package's module imports once a page asks for it. */

export { makePart } from "./part";
